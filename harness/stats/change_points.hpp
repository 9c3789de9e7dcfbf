// Where a series changes: E-divisive with a permutation test.
//
// Matteson and James, A Nonparametric Approach for Multiple Change Point Analysis of Multivariate
// Data, JASA 109 (2014), for one variable with exponent 1: the split with the greatest energy
// distance between its two sides, tested by permuting within the parts found so far, again and
// again until no split is significant. Of the paper's two bounds of the right-hand side, the end of
// the part is taken, as tools for performance series do.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace railgauge::stats {

struct change_point {
    std::size_t at = 0;  ///< the first place after the change
    double energy = 0;   ///< q = n m / (n + m) times the energy distance of the two sides
    double p_value = 1;
};

struct change_options {
    std::size_t least_part = 3;  ///< values on each side of a change
    std::size_t permutations = 199;
    double alpha = 0.05;
    std::uint64_t seed = 1;
    /// No more permutations once so many had as great an energy; p is then their share (Besag and
    /// Clifford, Sequential Monte Carlo P-Values, Biometrika 78, 1991). 0: always all.
    std::size_t enough = 0;
};

/// Changes in order of place. None below twice `least_part` values. Values finite. O(n^2) for each
/// change found and permutation.
[[nodiscard]] std::vector<change_point> find_changes(std::span<const double> series,
                                                     const change_options& options = {});

/// The first of these tests alone: is there any change at all? `at` 0 and p 1 where the series is
/// too short or constant. find_changes with the same options finds a change if its `alpha` is not
/// below this p.
[[nodiscard]] change_point test_for_change(std::span<const double> series,
                                           const change_options& options = {});

/// The best split of the series, significant or not: `at` 0 where there is none.
[[nodiscard]] change_point best_split(std::span<const double> series, std::size_t least_part);

}  // namespace railgauge::stats
