// The GPUs of this process, as NCCL needs them.
#pragma once

#include <nccl.h>

#include <vector>

#include "harness/backends/nccl/nccl_seats.hpp"
#include "harness/launch/world.hpp"

namespace railgauge::nccl {

/// choose_device, and where GPUs are shared, sets those
/// of these variables that the user has not set, before NCCL reads them: NCCL_HOSTID, so that NCCL
/// takes each rank for a host of its own, NCCL_MNNVL_ENABLE=0, and NCCL_MAX_NCHANNELS=2, as ranks
/// that share a GPU by time slices wait for each other. Throws capability_error and cuda_error.
/// With several GPUs a rank (`gpus`) it gives their numbers; the first is the current device.
std::vector<int> take_gpus(const world& job, int gpus);

/// Of the current device, for why_shared.
[[nodiscard]] gpu_seat seat_of_gpu(const world& job);

}  // namespace railgauge::nccl
