#pragma once

#include <nccl.h>

#include <memory>

#include "harness/backends/backend.hpp"
#include "harness/backends/nccl/nccl_session.hpp"

namespace railgauge::nccl {

/// Collective; this process has taken its GPU. Throws capability_error (on every rank, where two
/// share a GPU), nccl_error, cuda_error and deadline_error.
[[nodiscard]] std::unique_ptr<communicator> make_nccl_communicator(world& group,
                                                                   const nccl_limits& limits = {});

}  // namespace railgauge::nccl
