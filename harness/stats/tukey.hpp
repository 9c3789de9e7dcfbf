// Outliers by Tukey's fences: counted and named, never removed.
#pragma once

#include <cstdint>
#include <span>

namespace railgauge::stats {

struct tukey_counts {
    std::uint64_t mild = 0;    ///< beyond 1.5, but not beyond 3 interquartile ranges
    std::uint64_t severe = 0;  ///< beyond 3 interquartile ranges
};

/// Counts values outside of [p25 - f IQR, p75 + f IQR] with f = 1.5 and 3 (Tukey, Exploratory Data
/// Analysis, 1977). `p25` and `p75` are the quartiles of the same values.
[[nodiscard]] tukey_counts count_outliers(std::span<const double> values, double p25,
                                          double p75) noexcept;

}  // namespace railgauge::stats
