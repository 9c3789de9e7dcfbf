// Everything that is reported about the samples of one point.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "harness/stats/drift.hpp"
#include "harness/stats/tukey.hpp"
#include "harness/stats/two_humped.hpp"

namespace railgauge::stats {

/// In the unit of the samples. The interval is that of the median, at 95 %.
struct sample_summary {
    std::uint64_t n = 0;
    double min = 0;
    double p25 = 0;
    double p50 = 0;
    double p75 = 0;
    double p95 = 0;
    double p99 = 0;
    double max = 0;
    std::optional<double> ci_low;  ///< absent below six samples
    std::optional<double> ci_high;
    tukey_counts outliers;
    drift_result drift;
    two_humped_result humps;
};

/// `samples` in the order measured, finite, at least one (none throws std::invalid_argument).
/// O(n); a million take some tens of milliseconds.
[[nodiscard]] sample_summary summarise(std::span<const double> samples);

}  // namespace railgauge::stats
