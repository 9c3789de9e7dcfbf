// Asking the driver and NCCL who they are without touching them in this process.
#pragma once

#include <string>

namespace railgauge::nccl {

/// For a child process, since CUDA does not survive a fork: opens the driver, counts the GPUs,
/// opens NCCL and returns its version. Throws capability_error and nccl_error with the reason why
/// not.
[[nodiscard]] std::string version_for_child();

}  // namespace railgauge::nccl
