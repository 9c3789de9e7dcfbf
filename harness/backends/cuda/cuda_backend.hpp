// The backend `cuda`: copies of GPUs, and the latencies of their accesses.
#pragma once

#include <memory>

#include "harness/backends/backend.hpp"

namespace railgauge {

/// Each rank is a process with a GPU of its own, as for the backend nccl; data go between them
/// through CUDA IPC, so within a host.
[[nodiscard]] std::unique_ptr<backend> make_cuda_backend();

}  // namespace railgauge
