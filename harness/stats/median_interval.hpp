// The non-parametric confidence interval of a median.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

namespace railgauge::stats {

/// Places in the sorted sample, from 0: the interval is [sorted[low], sorted[high]].
struct median_ranks {
    std::uint64_t low = 0;
    std::uint64_t high = 0;

    friend bool operator==(const median_ranks&, const median_ranks&) = default;
};

/// Exact, from the binomial distribution: with the largest k for which
/// P(Bin(n, 1/2) < k) <= (1 - confidence)/2 the interval is [x(k), x(n+1-k)], places counted from 1
/// (Hollander, Wolfe, Chicken, Nonparametric Statistical Methods, 3.6). Absent when n is too small
/// to give that confidence (below 6 at 95 %). O(sqrt n).
[[nodiscard]] std::optional<median_ranks> median_interval_ranks(std::uint64_t n,
                                                                double confidence = 0.95);

struct median_estimate {
    double p50 = 0;
    std::optional<double> low;
    std::optional<double> high;

    /// (high - low) / 2 / p50; absent without an interval or when p50 is not positive.
    [[nodiscard]] std::optional<double> relative_half_width() const noexcept;
};

/// Median and its interval in O(n), as the stopping rule needs them; the values are left in another
/// order. NaN and no interval for an empty span.
[[nodiscard]] median_estimate estimate_median_in_place(std::span<double> values,
                                                       double confidence = 0.95);
[[nodiscard]] median_estimate estimate_median(std::span<const double> values,
                                              double confidence = 0.95);

}  // namespace railgauge::stats
