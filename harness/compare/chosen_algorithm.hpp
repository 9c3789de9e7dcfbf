// Where the backend chose the algorithm by trying, launches of one point may have had different
// ones.
#pragma once

#include <cstdint>

#include "harness/compare/result_set.hpp"

namespace railgauge {

/// The number of the same point without its algorithm.
[[nodiscard]] std::uint32_t without_algorithm(std::uint32_t point, point_table& table);

/// Points that differ in nothing but the algorithm, and of which no launch has more than one, are
/// made one: which algorithm is chosen is part of what was measured. Its algorithm is the names in
/// order, "ring|tree". Entries have to be one for each point and launch, in order; they are so
/// afterwards as well. Points of which a launch has several (--algorithm all) stay apart.
void merge_chosen_algorithms(result_set& set, point_table& table);

}  // namespace railgauge
