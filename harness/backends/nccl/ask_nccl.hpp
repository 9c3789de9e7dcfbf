// Asking the driver and NCCL who they are without touching them in this process.
#pragma once

#include <string>

namespace railgauge::nccl {

/// For a child process, since CUDA does not survive a fork: opens NCCL and the driver, counts the
/// GPUs and returns probe_text of NCCL's version. Throws capability_error with the reasons of both,
/// as a library that the user named is to be judged where there is no driver too, and nccl_error.
[[nodiscard]] std::string probe_for_child();

/// For a child process as well: opens NCCL and gives its version. Throws as the others do.
[[nodiscard]] std::string version_for_child();

/// For a child process as well, which needs no GPU: text_of the features of the NCCL that is there.
/// Throws capability_error and nccl_error.
[[nodiscard]] std::string features_for_child();

}  // namespace railgauge::nccl
