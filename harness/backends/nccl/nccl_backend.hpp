// The backend `nccl`: NCCL's collectives and its sends and receives between GPUs.
#pragma once

#include <memory>
#include <string>

#include "harness/backends/backend.hpp"

namespace railgauge {

/// Each rank is a process with a GPU of its own: that of its number on its host, or the only one
/// that its launcher shows it; or with several (backend::set_gpus_per_rank), as choose_gpus deals
/// them out, of which each is a rank of NCCL's.
[[nodiscard]] std::unique_ptr<backend> make_nccl_backend();

/// Why the NCCL that would be opened is none that can be used, whether or not there is a driver;
/// empty: it can be. Asks in a child.
[[nodiscard]] std::string why_not_nccl();

/// Takes this NCCL instead of the one that the loader finds, in this process and in those that it
/// starts (it sets RAILGAUGE_NCCL_LIBRARY, which the user may set as well). To be called before the
/// backend is asked anything; whether the file is an NCCL is for `available` to say. Throws
/// usage_error where `path` is empty.
void set_nccl_library(const std::string& path);

}  // namespace railgauge
