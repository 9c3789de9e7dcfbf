// What the flags say of GPUs and NCCL, on its way to those who need it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "harness/cli/run_options.hpp"

namespace railgauge {

/// Sets the variables by which the nccl backend learns its library (RAILGAUGE_NCCL_LIBRARY) and
/// that ranks share GPUs (RAILGAUGE_SHARE_GPU). Before backends are made and threads started, in
/// every process of the run: ranks that are forked inherit them. An empty path leaves what the user
/// has set; a path is made absolute, as ranks may run in other folders.
void apply_gpu_flags(const std::string& nccl_library, bool share_gpu);

/// After apply_gpu_flags: throws capability_error where an NCCL was named that cannot be used, with
/// or without a driver, so that a run does not leave it out in silence. Empty: none was named.
void require_named_nccl(const std::string& nccl_library);

/// What the driver says of this host's GPUs, for the header; empty where there is none. `in_child`:
/// in a process of its own, because this one is going to fork ranks.
[[nodiscard]] std::string gpus_for_record(bool in_child);

/// Free bytes of the GPU that has most, asked for in a child; nothing where nobody tells.
[[nodiscard]] std::optional<std::uint64_t> free_gpu_memory_bytes();

}  // namespace railgauge
