// The backend `nccl`: NCCL's collectives and its sends and receives between GPUs.
#pragma once

#include <memory>

#include "harness/backends/backend.hpp"

namespace railgauge {

/// Each rank is a process with a GPU of its own: that of its number on its host, or the only one
/// that its launcher shows it.
[[nodiscard]] std::unique_ptr<backend> make_nccl_backend();

}  // namespace railgauge
