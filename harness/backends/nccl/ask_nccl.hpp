// Asking the driver and NCCL who they are without touching them in this process.
#pragma once

#include <string>

namespace railgauge::nccl {

/// For a child process, since CUDA does not survive a fork: opens the driver, counts the GPUs,
/// opens NCCL and returns probe_text of its version. Throws capability_error and nccl_error with
/// the reason why not.
[[nodiscard]] std::string probe_for_child();

/// For a child process as well, which needs no GPU: text_of the features of the NCCL that is there.
/// Throws capability_error and nccl_error.
[[nodiscard]] std::string features_for_child();

}  // namespace railgauge::nccl
