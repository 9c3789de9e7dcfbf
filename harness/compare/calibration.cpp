#include "harness/compare/calibration.hpp"

#include <algorithm>

#include "harness/base/error.hpp"
#include "harness/compare/baseline_spread.hpp"
#include "harness/compare/gated_series.hpp"
#include "harness/compare/power.hpp"

namespace railgauge {
namespace {

std::vector<calibrated> family(const gated_series& alone, std::size_t launches,
                               const gate_options& options) {
    const gate_tests tests{options.least_effect, options.alpha / 2, alone.names.size()};
    std::vector<calibrated> result;
    for (std::size_t i = 0; i < alone.names.size(); ++i) {
        const chance_spread chance = chance_spread_of(alone.column(i));
        calibrated one;
        one.name = alone.names[i];
        one.spread = chance.spread;
        one.floor = floor_of(chance.spread, launches / 2, launches);
        const gate_reach reach = reach_of({chance.spread, chance.spread}, launches, tests);
        one.threshold = reach.threshold;
        one.detectable = reach.detectable;
        result.push_back(std::move(one));
    }
    return result;
}

}  // namespace

calibration calibrate(const result_set& baseline, point_table& table, const gate_options& options,
                      std::size_t launches) {
    const halves turns = split_in_turns(baseline);
    const joined_sets alone = join(turns.even, turns.odd, table);
    if (alone.pairs < least_calibration_pairs || alone.points.empty()) {
        throw capability_error(
            baseline.name + ": " + std::to_string(baseline.launches.size()) +
            " launches that measured the same cannot tell how launches differ; measure " +
            std::to_string(2 * least_calibration_pairs) + " or more (railgauge run --launches 20)");
    }
    calibration result;
    result.pairs = alone.pairs;
    result.launches = launches == 0 ? baseline.launches.size() : launches;
    result.classes = family(class_series(alone, table), result.launches, options);
    result.points = family(point_series(alone, table), result.launches, options);
    const gate_tests tests{options.least_effect, options.alpha / 2, result.classes.size()};
    for (const calibrated& one : result.classes) {
        result.detectable = std::max(result.detectable, one.detectable);
        if (one.detectable <= options.must_detect) continue;
        result.launches_to_decide = std::max(
            result.launches_to_decide,
            launches_to_reach(options.must_detect, {one.spread, one.spread}, tests, most_launches));
    }
    return result;
}

}  // namespace railgauge
