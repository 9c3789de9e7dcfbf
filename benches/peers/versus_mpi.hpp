// A backend of railgauge beside the MPI library: the same operations on the same ranks, float32,
// batch by batch in turn.
#pragma once

#include <span>

#include "benches/peers/compare_sides.hpp"
#include "benches/peers/peer_rank.hpp"

namespace peers {

/// Prints a line for each kind and size: first is MPI's median, second `ours`, so that a ratio
/// above 1 says how many times as fast that is. Collective.
void compare_with_mpi(const rank_context& context, railgauge::backend& ours,
                      std::span<const railgauge::operation_kind> kinds, timing which);

}  // namespace peers
