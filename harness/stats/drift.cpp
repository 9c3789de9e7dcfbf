#include "harness/stats/drift.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numbers>
#include <vector>

#include "harness/stats/quantile.hpp"

namespace railgauge::stats {
namespace {

constexpr std::size_t most_blocks = 1024;
constexpr std::size_t least_samples = 20;

// Sorts by merging, and counts the pairs that stood in falling order on the way.
std::uint64_t sort_counting(std::span<double> values, std::span<double> scratch) {
    const std::size_t half = values.size() / 2;
    if (half == 0) return 0;
    std::uint64_t falling = sort_counting(values.first(half), scratch.first(half)) +
                            sort_counting(values.subspan(half), scratch.subspan(half));
    std::size_t left = 0;
    std::size_t right = half;
    for (double& out : scratch) {
        const bool take_left =
            right == values.size() || (left < half && values[left] <= values[right]);
        if (!take_left) falling += half - left;
        out = take_left ? values[left++] : values[right++];
    }
    std::copy(scratch.begin(), scratch.end(), values.begin());
    return falling;
}

struct ties {
    double pairs = 0;     // sum of t(t-1)/2 over groups of t equal values
    double variance = 0;  // sum of t(t-1)(2t+5)
};

ties count_ties(std::span<const double> sorted) noexcept {
    ties result;
    for (std::size_t i = 0; i < sorted.size();) {
        std::size_t end = i + 1;
        while (end < sorted.size() && sorted[end] == sorted[i]) ++end;
        const double t = static_cast<double>(end - i);
        result.pairs += t * (t - 1) / 2;
        result.variance += t * (t - 1) * (2 * t + 5);
        i = end;
    }
    return result;
}

std::vector<double> block_medians(std::span<const double> series) {
    const std::size_t blocks = std::min(series.size(), most_blocks);
    std::vector<double> medians(blocks);
    for (std::size_t block = 0; block < blocks; ++block) {
        const std::size_t first = block * series.size() / blocks;
        const std::size_t last = (block + 1) * series.size() / blocks;
        medians[block] = median(series.subspan(first, last - first));
    }
    return medians;
}

}  // namespace

kendall_trend mann_kendall(std::span<const double> series) {
    if (series.size() < 3) return {};
    std::vector<double> values(series.begin(), series.end());
    std::vector<double> scratch(series.size());
    const double n = static_cast<double>(series.size());
    const double pairs = n * (n - 1) / 2;
    const double falling = static_cast<double>(sort_counting(values, scratch));
    const ties tied = count_ties(values);
    if (tied.pairs == pairs) return {};
    const double score = pairs - tied.pairs - 2 * falling;
    const double variance = (n * (n - 1) * (2 * n + 5) - tied.variance) / 18;
    const double z = score / std::sqrt(variance);
    return {score / std::sqrt(pairs) / std::sqrt(pairs - tied.pairs),
            std::erfc(std::abs(z) / std::numbers::sqrt2)};
}

drift_result find_drift(std::span<const double> series, const drift_options& options) {
    if (series.size() < least_samples) return {};
    drift_result result;
    result.trend = mann_kendall(block_medians(series));
    const std::size_t quarter = series.size() / 4;
    const double first = median(series.first(quarter));
    const double last = median(series.last(quarter));
    const double middle = median(series);
    if (middle > 0) result.change = (last - first) / middle;
    result.drifting =
        result.trend.p_value < options.p_below && std::abs(result.change) >= options.least_change;
    return result;
}

}  // namespace railgauge::stats
