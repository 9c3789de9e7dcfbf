#include "harness/stats/summary.hpp"

#include <algorithm>
#include <stdexcept>
#include <vector>

#include "harness/stats/median_interval.hpp"
#include "harness/stats/quantile.hpp"

namespace railgauge::stats {
namespace {

constexpr double reported_quantiles[] = {0.25, 0.5, 0.75, 0.95, 0.99};

std::vector<std::size_t> needed_ranks(std::size_t n, const std::optional<median_ranks>& interval) {
    std::vector<std::size_t> ranks{0, n - 1};
    for (const double q : reported_quantiles) {
        const auto below = static_cast<std::size_t>(q * static_cast<double>(n - 1));
        ranks.push_back(below);
        ranks.push_back(std::min(below + 1, n - 1));
    }
    if (interval) {
        ranks.push_back(interval->low);
        ranks.push_back(interval->high);
    }
    std::sort(ranks.begin(), ranks.end());
    return ranks;
}

}  // namespace

sample_summary summarise(std::span<const double> samples) {
    if (samples.empty()) throw std::invalid_argument("summarise: no samples");
    std::vector<double> ordered(samples.begin(), samples.end());
    const auto interval = median_interval_ranks(samples.size());
    partial_order(ordered, needed_ranks(samples.size(), interval));

    sample_summary result;
    result.n = samples.size();
    result.min = ordered.front();
    result.p25 = quantile_sorted(ordered, 0.25);  // reads only the places that are in order
    result.p50 = quantile_sorted(ordered, 0.5);
    result.p75 = quantile_sorted(ordered, 0.75);
    result.p95 = quantile_sorted(ordered, 0.95);
    result.p99 = quantile_sorted(ordered, 0.99);
    result.max = ordered.back();
    if (interval) {
        result.ci_low = ordered[interval->low];
        result.ci_high = ordered[interval->high];
    }
    result.outliers = count_outliers(samples, result.p25, result.p75);
    result.drift = find_drift(samples);
    result.humps = find_two_humps(samples);
    return result;
}

}  // namespace railgauge::stats
