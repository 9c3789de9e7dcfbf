// Where a backend chooses the algorithm, another launch may choose another one.
#pragma once

#include <cstdint>

#include "harness/compare/result_set.hpp"

namespace railgauge {

/// The number of the same point without its algorithm.
[[nodiscard]] std::uint32_t without_algorithm(std::uint32_t point, point_table& table);

/// Makes one point of those that differ by algorithm only, where every launch of both sets has at
/// most one of them, but a set has several: which one is chosen is part of what is compared. Where
/// each set has one, or a launch has several, nothing changes. Sets that were read with one table.
void merge_chosen_algorithms(result_set& first, result_set& second, point_table& table);

}  // namespace railgauge
