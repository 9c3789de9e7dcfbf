#include "harness/compare/gate.hpp"

#include <algorithm>
#include <cmath>

#include "harness/compare/baseline_spread.hpp"
#include "harness/compare/power.hpp"
#include "harness/stats/sign_flips.hpp"

namespace railgauge {
namespace {

// pairs x series log ratios, with what each series is called.
struct series_table {
    std::vector<std::string> names;
    std::vector<double> log_ratios;

    [[nodiscard]] std::vector<double> column(std::size_t which) const {
        std::vector<double> values;
        for (std::size_t at = which; at < log_ratios.size(); at += names.size()) {
            values.push_back(log_ratios[at]);
        }
        return values;
    }
};

struct moments {
    std::size_t n = 0;
    double mean = 0;
    double spread = 0;  ///< standard deviation
};

moments moments_of(std::span<const double> values) {
    moments result;
    for (const double value : values) {
        if (std::isnan(value)) continue;
        ++result.n;
        result.mean += value;
    }
    if (result.n == 0) return result;
    result.mean /= static_cast<double>(result.n);
    double squares = 0;
    for (const double value : values) {
        if (!std::isnan(value)) squares += (value - result.mean) * (value - result.mean);
    }
    if (result.n > 1) result.spread = std::sqrt(squares / static_cast<double>(result.n - 1));
    return result;
}

std::string name_of_class(const point_class& one) {
    if (one.op.empty()) return "all operations";
    return one.size.empty() ? one.op : one.op + ", " + one.size;
}

series_table class_table(const joined_sets& joined, const point_table& table) {
    series_table result;
    const auto classes = classes_of(joined, table);
    for (const point_class& one : classes) result.names.push_back(name_of_class(one));
    for (std::size_t pair = 0; pair < joined.pairs; ++pair) {
        for (const point_class& one : classes) result.log_ratios.push_back(one.log_ratios[pair]);
    }
    return result;
}

series_table points_table(const joined_sets& joined, const point_table& table) {
    series_table result;
    for (const joined_point& point : joined.points) {
        const std::string& algorithm = table.word(table[point.first], key_word::algorithm);
        result.names.push_back(table.describe(point.first) +
                               (algorithm.empty() ? "" : ", " + algorithm));
    }
    result.log_ratios = joined.log_ratios;
    return result;
}

// Each family (points, classes) has half of alpha.
class family {
public:
    family(series_table series, const series_table& alone,
           const std::map<std::string, acceptance>& accepted, const gate_options& options)
        : series_(std::move(series)), options_(options) {
        std::map<std::string, std::size_t> place;
        for (std::size_t i = 0; i < alone.names.size(); ++i) place.emplace(alone.names[i], i);
        const std::size_t pairs =
            series_.names.empty() ? 0 : series_.log_ratios.size() / series_.names.size();
        gated_.resize(series_.names.size());
        for (std::size_t i = 0; i < gated_.size(); ++i) {
            gated& one = gated_[i];
            one.name = series_.names[i];
            const auto found = place.find(one.name);
            if (found != place.end()) {
                one.floor = chance_floor(alone.column(found->second), pairs);
            }
            one.threshold = std::max(options.least_effect, one.floor);
            const auto known = accepted.find(one.name);
            if (known != accepted.end()) one.accepted = std::max(1.0, known->second.ratio);
        }
    }

    std::vector<gated> judge() {
        const auto slower = test(1);
        const auto faster = test(-1);
        const double critical = slower.critical(options_.alpha / 2);
        for (std::size_t i = 0; i < gated_.size(); ++i) {
            gated& one = gated_[i];
            const auto column = series_.column(i);
            const moments of = moments_of(column);
            one.time = estimate_ratio(column);
            one.time.p_value = slower.p_value[i];
            one.time.adjusted = slower.adjusted[i];
            one.time.verdict = verdict_of(one, of, slower.adjusted[i], faster.adjusted[i]);
            one.detectable =
                std::expm1(shift(one) + detectable_log_ratio(of.spread, of.n, critical));
            one.suspicious = one.time.verdict != verdict_word::slower && of.mean > shift(one);
        }
        return std::move(gated_);
    }

private:
    // What the log ratio may be without being too slow.
    [[nodiscard]] static double shift(const gated& one) {
        return std::log1p(one.threshold) + std::log(one.accepted);
    }

    [[nodiscard]] stats::sign_flip_tests test(double sign) const {
        std::vector<double> shifted(series_.log_ratios);
        const std::size_t n = gated_.size();
        for (std::size_t at = 0; at < shifted.size(); ++at) {
            const gated& one = gated_[at % n];
            const double bound = sign > 0 ? shift(one) : std::log1p(one.threshold);
            shifted[at] = sign * shifted[at] - bound;
        }
        return stats::test_sign_flips(shifted, n, {stats::tail::upper, options_.most_flips, 3});
    }

    [[nodiscard]] verdict_word verdict_of(const gated& one, const moments& of, double slower,
                                          double faster) const {
        const double alpha = options_.alpha / 2;
        if (stats::least_p(of.n, stats::tail::upper) > alpha) return verdict_word::unknown;
        if (slower <= alpha) return verdict_word::slower;
        if (faster <= alpha) return verdict_word::faster;
        const bool within = one.time.high && std::log(*one.time.high) <= shift(one);
        return within ? verdict_word::same : verdict_word::ambiguous;
    }

    series_table series_;
    gate_options options_;
    std::vector<gated> gated_;
};

// So many launches a side find a slowdown that the gate has to find, in the worst class.
std::size_t launches_for(const gate_result& result, const series_table& classes,
                         const gate_options& options) {
    std::size_t most = least_pairs(options.alpha / 2, true);
    for (std::size_t i = 0; i < result.classes.size(); ++i) {
        const gated& one = result.classes[i];
        const moments of = moments_of(classes.column(i));
        // With more launches the floor sinks towards the least effect.
        const double wanted = std::log1p(options.must_detect) - std::log1p(options.least_effect);
        const double apart = of.mean - std::log1p(options.least_effect) - std::log(one.accepted);
        const double effect = one.suspicious && apart > 0 ? std::min(apart, wanted) : wanted;
        const double alpha =
            options.alpha / 2 / static_cast<double>(std::max<std::size_t>(1, classes.names.size()));
        most = std::max(most, pairs_to_detect(effect, of.spread, alpha, most));
    }
    return most;
}

void conclude(gate_result& result, const series_table& classes, const gate_options& options) {
    const auto undecided = [&](std::string reason) {
        result.status = exit_status::cannot;
        result.reason = std::move(reason);
        result.launches_to_decide = launches_for(result, classes, options);
    };
    if (result.count(verdict_word::slower) > 0) {
        result.status = exit_status::worse;
        result.reason = "slower than the baseline, by more than the threshold";
        return;
    }
    if (result.points.empty()) {
        result.status = exit_status::cannot;
        result.reason = "nothing was measured on both sides";
        return;
    }
    if (result.pairs < least_pairs(options.alpha / 2, true)) {
        return undecided("too few launches for any verdict");
    }
    for (const gated& one : result.classes) {
        if (one.suspicious) {
            return undecided(one.name + " looks slower, but chance may explain it");
        }
        if (one.time.verdict == verdict_word::unknown) {
            return undecided(one.name + " has too few launches for any verdict");
        }
        if (one.detectable > options.must_detect) {
            return undecided(one.name +
                             " is too noisy: not even the slowdown that has to be "
                             "found would have been");
        }
    }
    result.reason = "no slowdown beyond the threshold was found";
}

gate_result judge(const joined_sets& joined, const joined_sets& alone, point_table& table,
                  const std::map<std::string, acceptance>& accepted, const gate_options& options) {
    gate_result result;
    result.pairs = joined.pairs;
    result.definitions = joined.definitions;
    result.only_baseline = joined.only_first.size();
    result.only_candidate = joined.only_second.size();
    result.interleaved = joined.interleaved;
    const series_table classes = class_table(joined, table);
    result.classes = family(classes, class_table(alone, table), accepted, options).judge();
    for (gated& one : result.classes) one.of_class = true;
    result.points =
        family(points_table(joined, table), points_table(alone, table), accepted, options).judge();
    conclude(result, classes, options);
    return result;
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
    gate_result result = judge(join(baseline, candidate, table), join(turns.even, turns.odd, table),
                               table, latest(accepted), options);
    result.provenance = provenance_differences(baseline, candidate);
    return result;
}

gate_result calibrate(const result_set& baseline, point_table& table, const gate_options& options) {
    const halves turns = split_in_turns(baseline);
    const joined_sets alone = join(turns.even, turns.odd, table);
    return judge(alone, alone, table, {}, options);
}

}  // namespace railgauge
