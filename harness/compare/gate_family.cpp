#include "harness/compare/gate_family.hpp"

#include <algorithm>
#include <cmath>
#include <unordered_map>

#include "harness/compare/power.hpp"
#include "harness/stats/sign_flips.hpp"

namespace railgauge {
namespace {

// What the log ratio may be without being too slow.
double allowed(const gated& one) {
    return std::log1p(one.threshold) + std::log(one.accepted);
}

class family {
public:
    family(const gated_series& series, const gate_options& options)
        : series_(series), options_(options), gated_(series.names.size()) {}

    void set_thresholds(const gated_series& alone,
                        const std::map<std::string, acceptance>& accepted) {
        const auto spreads = spreads_alone(series_, alone);
        for (std::size_t i = 0; i < gated_.size(); ++i) {
            gated& one = gated_[i];
            one.name = series_.names[i];
            one.floor = floor_of(spreads[i].spread, spreads[i].n, series_.pairs());
            one.threshold = std::max(options_.least_effect, one.floor);
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
            // Beyond what was accepted, as what has to be found is.
            one.detectable = std::expm1(std::log1p(one.threshold) +
                                        detectable_log_ratio(of.spread, of.n, critical));
            one.suspicious = one.time.verdict != verdict_word::slower && of.mean > allowed(one);
        }
        return std::move(gated_);
    }

private:
    [[nodiscard]] stats::sign_flip_tests test(double sign) const {
        std::vector<double> shifted(series_.log_ratios);
        const std::size_t n = gated_.size();
        for (std::size_t i = 0; i < n; ++i) {
            const double bound = sign > 0 ? allowed(gated_[i]) : std::log1p(gated_[i].threshold);
            for (std::size_t at = i; at < shifted.size(); at += n) {
                shifted[at] = sign * shifted[at] - bound;
            }
        }
        return stats::test_sign_flips(shifted, n, {stats::tail::upper, options_.most_flips, 3});
    }

    [[nodiscard]] verdict_word verdict_of(const gated& one, const moments& of, double slower,
                                          double faster) const {
        const double alpha = options_.alpha / 2;
        if (stats::least_p(of.n, stats::tail::upper) > alpha) return verdict_word::unknown;
        if (slower <= alpha) return verdict_word::slower;
        if (faster <= alpha) return verdict_word::faster;
        const bool within = one.time.high && std::log(*one.time.high) <= allowed(one);
        return within ? verdict_word::same : verdict_word::ambiguous;
    }

    const gated_series& series_;
    const gate_options& options_;
    std::vector<gated> gated_;
};

}  // namespace

std::vector<chance_spread> spreads_alone(const gated_series& series, const gated_series& alone) {
    std::unordered_map<std::string_view, std::size_t> place;
    for (std::size_t i = 0; i < alone.names.size(); ++i) place.emplace(alone.names[i], i);
    std::vector<chance_spread> result(series.names.size());
    for (std::size_t i = 0; i < result.size(); ++i) {
        const auto found = place.find(series.names[i]);
        if (found != place.end()) result[i] = chance_spread_of(alone.column(found->second));
    }
    return result;
}

std::vector<gated> judge_family(const gated_series& series, const gated_series& alone,
                                const std::map<std::string, acceptance>& accepted,
                                const gate_options& options) {
    family all(series, options);
    all.set_thresholds(alone, accepted);
    return all.judge();
}

}  // namespace railgauge
