// Paired permutation tests of many series at once, corrected by the maximum statistic.
//
// The unit that is permuted is a whole pair of launches: under the null hypothesis its two sides
// could as well bear each other's names, which turns the sign of all its differences together. So
// whatever the series have in common (a slow launch is slow at all sizes) is kept, and nothing but
// the pairs' being exchangeable is assumed. Westfall and Young, Resampling-Based Multiple Testing
// (1993), algorithm 4.1 (step-down maxT); the flips as Fisher, The Design of Experiments (1935).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace railgauge::stats {

enum class tail : std::uint8_t { both, upper };

struct sign_flip_options {
    tail side = tail::both;  ///< upper: only means above zero speak against the null hypothesis
    /// All flips are tried where there are at most so many, else so many random ones.
    std::uint64_t most_flips = 8192;
    std::uint64_t seed = 1;
};

struct sign_flip_tests {
    /// u = sum / sqrt(sum of squares) of each series: with n differences Student's
    /// t = u sqrt((n - 1) / (n - u^2)). 0 for a series without a difference that is not zero.
    std::vector<double> statistic;
    std::vector<double> p_value;   ///< of each series alone
    std::vector<double> adjusted;  ///< of each series among all
    std::vector<double> maxima;    ///< the greatest statistic of each flip, ascending
    std::uint64_t flips = 0;       ///< that were tried, the identity among them
    bool exact = false;            ///< all were

    /// What a statistic has to exceed for an adjusted p of at most `alpha`; infinite where so small
    /// a p cannot be reached with so few pairs.
    [[nodiscard]] double critical(double alpha) const noexcept;
};

/// `differences` holds pairs x series values, the series of the first pair first; NaN where a pair
/// has no such series (it then counts as zero). Throws std::invalid_argument where the length is no
/// multiple of `series`, or a value is infinite. O(flips x series), times pairs for random flips.
[[nodiscard]] sign_flip_tests test_sign_flips(std::span<const double> differences,
                                              std::size_t series,
                                              const sign_flip_options& options = {});

/// The least p that `pairs` pairs can reach in one direction or both: 1 / the number of flips.
[[nodiscard]] double least_p(std::size_t pairs, tail side) noexcept;

}  // namespace railgauge::stats
