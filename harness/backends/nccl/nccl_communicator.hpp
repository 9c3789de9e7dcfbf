#pragma once

#include <nccl.h>

#include <memory>
#include <vector>

#include "harness/backends/backend.hpp"
#include "harness/backends/nccl/nccl_session.hpp"

namespace railgauge::nccl {

struct made_communicator {
    std::unique_ptr<communicator> ranks;
    /// What groups of its ranks can be split off from; null where an NCCL among them cannot.
    std::shared_ptr<nccl_session> origin;
};

/// Collective; this process has taken its GPUs, whose numbers `devices` are. `split` is the group's
/// session where it was split off, else null. Throws capability_error (on every rank, where two
/// share a GPU), nccl_error, cuda_error and deadline_error.
[[nodiscard]] made_communicator make_nccl_communicator(world& group, std::vector<int> devices,
                                                       std::shared_ptr<nccl_session> split,
                                                       const nccl_limits& limits = {});

}  // namespace railgauge::nccl
