// How the ranks of a communicator find each other: the unique ids, one for each 128 ranks or so.
#pragma once

#include <nccl.h>

#include <vector>

#include "harness/backends/nccl/nccl_library.hpp"
#include "harness/launch/world.hpp"

namespace railgauge::nccl {

/// Ranks that one root of NCCL's bootstrap serves at most.
inline constexpr int ranks_per_root = 128;

/// 1 where this NCCL knows one root only.
[[nodiscard]] int root_count(int ranks, bool scalable) noexcept;

/// NCCL gives each root a run of consecutive ranks, the first ones a rank more where they do not
/// divide evenly. The root's thread runs where its id was made: at the first of its own ranks.
[[nodiscard]] int first_rank_of(int root, int ranks, int roots) noexcept;

/// Collective: the ids of all roots, in their order, at every process of `gpus` ranks each (no more
/// than half of ranks_per_root, so that no process makes two). Throws nccl_error.
[[nodiscard]] std::vector<ncclUniqueId> exchange_ids(world& group, const nccl_calls& calls,
                                                     int roots, int gpus = 1);

}  // namespace railgauge::nccl
