// Copies made by a device's multiprocessors, not by its copy engines.
#pragma once

#include <cuda_runtime_api.h>

#include <cstddef>
#include <cstdint>

namespace railgauge {

/// Queues a copy of `bytes` bytes of any alignment between buffers that do not overlap and that the
/// current device can reach: its own memory, a peer's, mapped memory of the host. `processors` is
/// how many multiprocessors take part (0: all). Returns what the runtime said to the launch.
[[nodiscard]] cudaError_t launch_copy(std::byte* target, const std::byte* source,
                                      std::uint64_t bytes, cudaStream_t stream,
                                      unsigned processors = 0);

}  // namespace railgauge
