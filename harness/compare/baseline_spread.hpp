// What a baseline's launches differ by from each other, by chance.
#pragma once

#include <cstddef>
#include <span>

#include "harness/compare/join.hpp"

namespace railgauge {

/// The set's launches 0, 2, 4, ... as one side and 1, 3, 5, ... as the other, points and all.
struct halves {
    result_set even;
    result_set odd;
};
[[nodiscard]] halves split_in_turns(const result_set& set);

/// Root mean square of log ratios of equal things (NaN: none), and how many there were: equal
/// things differ by zero on average, so no degree of freedom goes to a mean.
struct chance_spread {
    double spread = 0;
    std::size_t n = 0;
};
[[nodiscard]] chance_spread chance_spread_of(std::span<const double> log_ratios);

/// The share by which `pairs` pairs of equal things differ at most in 97.5 % of comparisons, where
/// their spread was estimated from `n` log ratios. 0 below two of them.
[[nodiscard]] double floor_of(double spread, std::size_t n, std::size_t pairs) noexcept;

}  // namespace railgauge
