// The GPU of this process.
#pragma once

#include <cuda_runtime_api.h>

#include <string>

#include "harness/launch/world.hpp"

namespace railgauge {

/// The GPU of the rank with this number among the job's ranks on its host, of `visible` ones: its
/// own number, or 0 where the launcher shows each rank just one; `shared` deals them out again and
/// again. Throws capability_error where there is none.
[[nodiscard]] int choose_gpu(int local_rank, int visible, bool shared);

/// Whether RAILGAUGE_SHARE_GPU=1: several ranks may use one GPU, to try things out.
[[nodiscard]] bool shares_gpu();

/// Makes the GPU that choose_gpu says the current one, for good; the second time it does nothing.
/// Throws capability_error and cuda_error.
void choose_device(const world& job);

/// Whether choose_device has touched the driver in this process.
[[nodiscard]] bool device_chosen() noexcept;

[[nodiscard]] int current_device();
/// Of the current device. Throws cuda_error.
[[nodiscard]] int device_attribute(cudaDeviceAttr which);
/// Of the current device: 90 is 9.0.
[[nodiscard]] int compute_capability();
/// PCI bus id of the current device: "0000:1b:00.0".
[[nodiscard]] std::string device_bus_id();

}  // namespace railgauge
