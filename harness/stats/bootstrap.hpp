// Bootstrap intervals: what an estimate might have been with other values of the same kind.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>

namespace railgauge::stats {

struct interval {
    double low = 0;
    double high = 0;
};

using statistic_function = std::function<double(std::span<const double>)>;

/// Efron's bias-corrected and accelerated interval (Efron, Better Bootstrap Confidence Intervals,
/// JASA 82, 1987): `distribution` holds the statistic of each resample, in any order; `jackknife`
/// that of the values with one left out, each in turn; `observed` that of all. Absent where all
/// resamples lie on one side of what was observed, or there are none.
[[nodiscard]] std::optional<interval> bca_interval(double observed,
                                                   std::span<const double> jackknife,
                                                   std::span<const double> distribution,
                                                   double confidence = 0.95);

/// The plain quantiles of the distribution.
[[nodiscard]] std::optional<interval> percentile_interval(std::span<const double> distribution,
                                                          double confidence = 0.95);

struct bootstrap_options {
    std::size_t resamples = 2000;
    std::uint64_t seed = 1;
    double confidence = 0.95;
};

/// BCa where it exists, else by percentiles; absent below two values. `values` in any order.
[[nodiscard]] std::optional<interval> bootstrap(std::span<const double> values,
                                                const statistic_function& statistic,
                                                const bootstrap_options& options = {});

}  // namespace railgauge::stats
