// Does a series of samples drift while it is measured?
#pragma once

#include <span>

namespace railgauge::stats {

struct kendall_trend {
    double tau = 0;      ///< Kendall's tau-b against the index; -1 falling ... 1 rising
    double p_value = 1;  ///< two-sided, normal approximation with correction for ties
};

/// The Mann-Kendall trend test (Mann, Econometrica 13, 1945; Kendall, Rank Correlation Methods),
/// counted in O(n log n) (Knight, JASA 61, 1966). tau 0 and p 1 below three values, or when all
/// values are equal.
[[nodiscard]] kendall_trend mann_kendall(std::span<const double> series);

struct drift_options {
    double p_below = 0.01;
    /// The medians of the first and the last quarter differ by at least this share of the median.
    double least_change = 0.05;
};

struct drift_result {
    bool drifting = false;
    double change = 0;  ///< (median of the last quarter - median of the first) / median
    kendall_trend trend;
};

/// A significant trend that is also large enough to matter. Long series are first shortened to at
/// most 1,024 medians of consecutive blocks, so the cost is O(n). Never drifting below 20 samples.
[[nodiscard]] drift_result find_drift(std::span<const double> series,
                                      const drift_options& options = {});

}  // namespace railgauge::stats
