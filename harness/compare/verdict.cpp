#include "harness/compare/verdict.hpp"

#include <cmath>
#include <vector>

#include "harness/stats/median_interval.hpp"
#include "harness/stats/sign_flips.hpp"

namespace railgauge {

std::string_view name_of(verdict_word word) noexcept {
    switch (word) {
        case verdict_word::same: return "SAME";
        case verdict_word::faster: return "FASTER";
        case verdict_word::slower: return "SLOWER";
        case verdict_word::ambiguous: return "AMBIGUOUS";
        case verdict_word::unknown: return "UNKNOWN";
    }
    return "UNKNOWN";
}

compared_ratio estimate_ratio(std::span<const double> log_ratios) {
    std::vector<double> values;
    values.reserve(log_ratios.size());
    for (const double value : log_ratios) {
        if (!std::isnan(value)) values.push_back(value);
    }
    const stats::median_estimate median = stats::estimate_median_in_place(values);
    compared_ratio result;
    result.pairs = values.size();
    result.ratio = std::exp(median.p50);
    if (median.low) result.low = std::exp(*median.low);
    if (median.high) result.high = std::exp(*median.high);
    return result;
}

verdict_word decide(const compared_ratio& ratio, double mean, const verdict_rules& rules) {
    if (stats::least_p(ratio.pairs, stats::tail::both) > rules.alpha) return verdict_word::unknown;
    if (ratio.adjusted <= rules.alpha) {
        if (mean > 0 && ratio.ratio > 1) return verdict_word::slower;
        if (mean < 0 && ratio.ratio < 1) return verdict_word::faster;
    }
    const bool within = ratio.low && ratio.high && *ratio.low >= 1 / (1 + rules.margin) &&
                        *ratio.high <= 1 + rules.margin;
    return within ? verdict_word::same : verdict_word::ambiguous;
}

}  // namespace railgauge
