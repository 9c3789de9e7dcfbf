#include "harness/compare/gate.hpp"

#include <algorithm>
#include <cmath>
#include <unordered_map>

#include "harness/compare/baseline_spread.hpp"
#include "harness/compare/gate_family.hpp"
#include "harness/compare/gated_series.hpp"
#include "harness/compare/power.hpp"

namespace railgauge {
namespace {

struct class_tables {
    gated_series joined;
    gated_series alone;
};

// Points of most of the baseline's launches that the candidate has nothing to hold against.
std::size_t lost_points(const result_set& baseline, const joined_sets& joined) {
    std::unordered_map<std::uint32_t, std::size_t> launches;
    for (const set_entry& entry : baseline.entries) ++launches[entry.point];
    return static_cast<std::size_t>(std::ranges::count_if(
        joined.only_first,
        [&](std::uint32_t point) { return 2 * launches[point] > baseline.launches.size(); }));
}

// What more launches do not mend; "" where there is nothing.
std::string missing(const result_set& baseline, const result_set& candidate,
                    const joined_sets& joined) {
    if (candidate.broken > 0) {
        return std::to_string(candidate.broken) +
               (candidate.broken == 1 ? " measurement" : " measurements") +
               " of the candidate failed or had wrong data, which cannot pass";
    }
    if (const std::size_t lost = lost_points(baseline, joined); lost > 0) {
        return "of " + std::to_string(lost) + (lost == 1 ? " point" : " points") +
               " of the baseline the candidate has no measurement that is defined alike";
    }
    return "";
}

// So many launches a side find a slowdown that the gate has to find, in the worst class; 0 where a
// class has no pair at all, which tells nothing.
std::size_t launches_for(const gate_result& result, const class_tables& classes,
                         const gate_options& options) {
    const gate_tests tests{options.least_effect, options.alpha / 2, result.classes.size()};
    const auto alone = spreads_alone(classes.joined, classes.alone);
    std::size_t most = 0;
    for (std::size_t i = 0; i < result.classes.size(); ++i) {
        const gated& one = result.classes[i];
        const moments of = moments_of(classes.joined.column(i));
        const double apart = std::expm1(of.mean - std::log(one.accepted));
        const double slowdown =
            one.suspicious ? std::min(apart, options.must_detect) : options.must_detect;
        const series_noise noise{of.spread, alone[i].spread};
        const std::size_t needed =
            std::max(least_pairs(options.alpha / 2, true),
                     launches_to_reach(slowdown, noise, tests, most_launches));
        if (of.n == 0) return 0;
        // A launch that lacks the class, because it was started another way, does not count.
        most = std::max(most, (needed * result.joined.pairs + of.n - 1) / of.n);
    }
    return std::min(std::max(most, result.joined.pairs + 1), most_launches);
}

// Why these data decide nothing though no class is slower; "" where they do.
std::string open_question(const gate_result& result, const gate_options& options) {
    if (result.joined.pairs < least_pairs(options.alpha / 2, true)) {
        return "too few launches for any verdict";
    }
    for (const gated& one : result.classes) {
        if (one.suspicious) return one.name + " looks slower, but chance may explain it";
    }
    for (const gated& one : result.classes) {
        if (one.time.verdict == verdict_word::unknown) {
            return one.name + " was measured alike in " + std::to_string(one.time.pairs) + " of " +
                   std::to_string(result.joined.pairs) +
                   " pairs of launches, too few for any verdict";
        }
        if (one.detectable > options.must_detect) {
            return one.name +
                   " is too noisy: even the slowdown that has to be found could have been missed";
        }
    }
    return "";
}

void conclude(gate_result& result, const class_tables& classes, const std::string& absent,
              const gate_options& options) {
    for (const gated& one : result.classes) {
        result.detectable = std::max(result.detectable, one.detectable);
    }
    if (result.points.empty()) {
        result.status = exit_status::cannot;
        result.reason = "nothing was measured on both sides";
        return;
    }
    if (result.count(verdict_word::slower) > 0) {
        result.status = exit_status::worse;
        result.reason = "slower than the baseline, by more than the threshold";
        return;
    }
    if (!absent.empty()) {
        result.status = exit_status::cannot;
        result.reason = absent;
        return;
    }
    result.reason = open_question(result, options);
    if (!result.reason.empty()) {
        result.status = exit_status::cannot;
        result.launches_to_decide = launches_for(result, classes, options);
        return;
    }
    result.reason = "no slowdown beyond the threshold was found";
}

void keep_applied(gate_result& result, const std::map<std::string, acceptance>& accepted) {
    for (const auto* family : {&result.classes, &result.points}) {
        for (const gated& one : *family) {
            const auto found = accepted.find(one.name);
            if (found != accepted.end()) result.acceptances.push_back(found->second);
        }
    }
}

}  // namespace

std::size_t gate_result::count(verdict_word word) const noexcept {
    const auto has = [word](const gated& one) { return one.time.verdict == word; };
    return static_cast<std::size_t>(std::count_if(classes.begin(), classes.end(), has) +
                                    std::count_if(points.begin(), points.end(), has));
}

gate_result gate(const result_set& baseline, const result_set& candidate, point_table& table,
                 const std::vector<acceptance>& accepted, const gate_options& options) {
    const halves turns = split_in_turns(baseline);
    const joined_sets alone = join(turns.even, turns.odd, table);
    const auto known = latest(accepted, baseline.of_rounds);
    gate_result result;
    result.joined = join(baseline, candidate, table);
    result.provenance = provenance_differences(baseline, candidate);
    const class_tables classes{class_series(result.joined, table), class_series(alone, table)};
    result.classes = judge_family(classes.joined, classes.alone, known, options);
    result.points = judge_family(point_series(result.joined, table), point_series(alone, table),
                                 known, options);
    keep_applied(result, known);
    conclude(result, classes, missing(baseline, candidate, result.joined), options);
    return result;
}

std::vector<acceptance> acceptances_of(const gate_result& result, const acceptance& words) {
    std::vector<acceptance> accepted;
    for (const auto* family : {&result.classes, &result.points}) {
        for (const gated& one : *family) {
            const bool looks = one.suspicious && one.time.verdict != verdict_word::unknown;
            if (one.time.verdict != verdict_word::slower && !looks) continue;
            acceptance another = words;
            another.series = one.name;
            another.ratio = one.time.ratio;
            accepted.push_back(std::move(another));
        }
    }
    return accepted;
}

}  // namespace railgauge
