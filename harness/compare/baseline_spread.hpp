// What a baseline's launches differ by from each other.
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

/// The share by which `pairs` pairs of equal things differ at most in 97.5 % of comparisons, from
/// log ratios of equal things (NaN: none). 0 below two of them.
[[nodiscard]] double chance_floor(std::span<const double> log_ratios, std::size_t pairs);

}  // namespace railgauge
