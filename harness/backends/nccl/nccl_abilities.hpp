// What the NCCL of all ranks of a group has.
#pragma once

#include <nccl.h>

#include "harness/backends/nccl/nccl_library.hpp"
#include "harness/backends/nccl/nccl_types.hpp"
#include "harness/launch/world.hpp"

namespace railgauge::nccl {

/// Of a process's devices, the least of them, as nccl_abilities has them.
struct gpu_traits {
    int compute_capability = 0;
    int processors = 0;
    int gpus_per_rank = 1;
};

/// Collective: what every rank has of this rank's library and device. Estimates cost a communicator
/// of their own, and RAILGAUGE_NCCL_ESTIMATES=0 on any rank does without.
[[nodiscard]] nccl_abilities agree_on_abilities(world& group, const nccl_library& library,
                                                const gpu_traits& device);

/// From 2.30 on NCCL takes several ranks on one GPU, where it is told to.
[[nodiscard]] bool shares_by_itself(int version);

}  // namespace railgauge::nccl
