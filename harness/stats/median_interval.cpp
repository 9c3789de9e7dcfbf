#include "harness/stats/median_interval.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numbers>
#include <numeric>
#include <vector>

#include "harness/stats/quantile.hpp"

namespace railgauge::stats {
namespace {

using real = long double;  // keeps the error of lgamma far below a ten-millionth at n = 1e9

// P(Bin(n, 1/2) = i)
real probability(std::uint64_t n, std::uint64_t i) noexcept {
    const real a = static_cast<real>(n);
    const real b = static_cast<real>(i);
    return std::exp(std::lgamma(a + 1) - std::lgamma(b + 1) - std::lgamma(a - b + 1) -
                    a * std::numbers::ln2_v<real>);
}

// P(Bin(n, 1/2) <= i) for i below n/2: the terms fall off quickly towards 0, so sum downwards.
real lower_tail(std::uint64_t n, std::uint64_t i) noexcept {
    real term = probability(n, i);
    real sum = term;
    while (i > 0 && term > sum * std::numeric_limits<real>::epsilon()) {
        term *= static_cast<real>(i) / static_cast<real>(n - i + 1);
        sum += term;
        --i;
    }
    return sum;
}

}  // namespace

std::optional<median_ranks> median_interval_ranks(std::uint64_t n, double confidence) {
    const real alpha = 1.0L - static_cast<real>(confidence);
    if (n == 0 || !(alpha > 0) || alpha >= 1) return std::nullopt;
    const real tail = alpha / 2;
    const std::uint64_t middle = (n - 1) / 2;
    // Start where Chebyshev's inequality puts the tail below alpha / 2 for sure, then step up: the
    // distance to go is a few standard deviations.
    const real spread = std::sqrt(static_cast<real>(n)) / 2;
    const real reach = std::ceil(spread * std::min(1 / std::sqrt(alpha), real{12}));
    std::uint64_t i =
        middle > static_cast<std::uint64_t>(reach) ? middle - static_cast<std::uint64_t>(reach) : 0;
    real cumulative = lower_tail(n, i);
    if (cumulative > tail) return std::nullopt;
    real term = probability(n, i);
    while (i < middle) {
        term *= static_cast<real>(n - i) / static_cast<real>(i + 1);
        if (cumulative + term > tail) break;
        cumulative += term;
        ++i;
    }
    // k = i + 1 counted from 1 is place i counted from 0.
    return median_ranks{i, n - 1 - i};
}

std::optional<double> median_estimate::relative_half_width() const noexcept {
    if (!low || !high || !(p50 > 0)) return std::nullopt;
    return (*high - *low) / 2 / p50;
}

median_estimate estimate_median_in_place(std::span<double> values, double confidence) {
    if (values.empty()) return {std::numeric_limits<double>::quiet_NaN(), {}, {}};
    const std::size_t below = (values.size() - 1) / 2;
    const std::size_t above = values.size() / 2;
    const auto interval = median_interval_ranks(values.size(), confidence);
    if (!interval) {
        partial_order(values, std::array{below, above});
        return {std::midpoint(values[below], values[above]), {}, {}};
    }
    const std::array<std::size_t, 4> ranks{interval->low, below, above, interval->high};
    partial_order(values, ranks);
    return {std::midpoint(values[below], values[above]), values[interval->low],
            values[interval->high]};
}

median_estimate estimate_median(std::span<const double> values, double confidence) {
    std::vector<double> copy(values.begin(), values.end());
    return estimate_median_in_place(copy, confidence);
}

}  // namespace railgauge::stats
