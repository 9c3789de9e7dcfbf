// Quantiles by linear interpolation between order statistics, as numpy's default (type 7 of Hyndman
// and Fan, Sample Quantiles in Statistical Packages, The American Statistician 50(4), 1996).
#pragma once

#include <cstddef>
#include <span>

namespace railgauge::stats {

/// The q-quantile, 0 <= q <= 1, of values in ascending order. NaN when there are none.
[[nodiscard]] double quantile_sorted(std::span<const double> sorted, double q) noexcept;

/// The q-quantile of finite values in any order, in O(n); the values are left in another order.
/// NaN when there are none.
[[nodiscard]] double quantile_in_place(std::span<double> values, double q) noexcept;

/// Copies, then as quantile_in_place.
[[nodiscard]] double quantile(std::span<const double> values, double q);
[[nodiscard]] double median(std::span<const double> values);

/// Reorders `values` so that each of the places in `ranks` (ascending, each below values.size())
/// holds what it would hold if all were sorted. O(n log ranks) instead of O(n log n).
void partial_order(std::span<double> values, std::span<const std::size_t> ranks) noexcept;

}  // namespace railgauge::stats
