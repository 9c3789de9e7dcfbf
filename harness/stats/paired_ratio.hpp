// How much two sides differ, from launches in pairs: the launch is the unit of replication.
#pragma once

#include <cstddef>
#include <optional>
#include <span>

namespace railgauge::stats {

struct ratio_estimate {
    std::size_t pairs = 0;
    double ratio = 0;           ///< exp(median of log(first/second)); NaN without pairs
    std::optional<double> low;  ///< absent below six pairs (at 95 %)
    std::optional<double> high;

    /// The whole interval lies within [least, most]; false without an interval.
    [[nodiscard]] bool within(double least, double most) const noexcept;
};

/// Pair i is first[i] and second[i], say the medians of two interleaved launches. The interval is
/// that of the sign test on the logarithms of the ratios (order statistics, see
/// median_interval_ranks): exact whatever the distribution of the pairs. Both spans have the same
/// length and hold positive finite values; anything else throws std::invalid_argument.
[[nodiscard]] ratio_estimate paired_ratio(std::span<const double> first,
                                          std::span<const double> second, double confidence = 0.95);

}  // namespace railgauge::stats
