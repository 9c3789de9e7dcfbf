// Does a sample come from two regimes (two humps) rather than one?
#pragma once

#include <span>

namespace railgauge::stats {

/// The dip of Hartigan and Hartigan (The Dip Test of Unimodality, Annals of Statistics 13, 1985):
/// the largest distance between the empirical distribution and the nearest unimodal one. A skewed
/// distribution with a long tail is unimodal, so latencies do not raise it. `sorted` ascends.
/// At least 1/(2n); 0 for an empty span.
[[nodiscard]] double dip(std::span<const double> sorted);

struct two_humped_options {
    /// Threshold of sqrt(n) dip: the 99.9 % quantile (simulated, n = 8,192) of the uniform, the
    /// unimodal distribution with the largest dip.
    double scaled_dip_above = 0.74;
    /// Least dip: a second hump with a share w raises it to at most w/2, so w is above 4 %.
    double dip_above = 0.02;
    /// Least width from the 5 % to the 95 % quantile, as a share of the median.
    double least_width = 0.05;
};

struct two_humped_result {
    bool two_humped = false;
    double dip = 0;
};

/// All three thresholds passed. Values on a coarse clock's ticks are first spread evenly over their
/// tick. Large samples are thinned to 8,192 picks, one at a random place of each block, always the
/// same ones for the same input size. Never two-humped below 30 samples.
[[nodiscard]] two_humped_result find_two_humps(std::span<const double> samples,
                                               const two_humped_options& options = {});

}  // namespace railgauge::stats
