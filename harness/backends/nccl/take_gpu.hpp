// The GPU of this process.
#pragma once

#include <nccl.h>

#include "harness/backends/nccl/nccl_seats.hpp"
#include "harness/launch/world.hpp"

namespace railgauge::nccl {

/// Whether RAILGAUGE_SHARE_GPU=1: several ranks may use one GPU, to try NCCL out.
[[nodiscard]] bool shares_gpu();

/// Makes the GPU that choose_gpu says the current one, for good. Where GPUs are shared, sets those
/// of these variables that the user has not set, before NCCL reads them: NCCL_HOSTID, so that NCCL
/// takes each rank for a host of its own, NCCL_MNNVL_ENABLE=0, and NCCL_MAX_NCHANNELS=2, as ranks
/// that share a GPU by time slices wait for each other. Throws capability_error and cuda_error.
void take_gpu(const world& job);

/// Of the current device, for why_shared.
[[nodiscard]] gpu_seat seat_of_gpu(const world& job);

/// Of the current device: 90 is 9.0.
[[nodiscard]] int compute_capability();

}  // namespace railgauge::nccl
