// Asking the driver and NCCL who they are without touching them in this process.
#pragma once

#include <nccl.h>

#include <string>

namespace railgauge::nccl {

/// What cudaGetDeviceCount found, in words, with what to do; empty where there is a GPU. Versions
/// as CUDA codes them (13000 is 13.0); `driver` is 0 where there is none.
[[nodiscard]] std::string why_no_gpu(cudaError_t counted, int devices, int driver, int runtime);

/// For a child process, since CUDA does not survive a fork: opens the driver, counts the GPUs,
/// opens NCCL and returns its version. Throws capability_error and nccl_error with the reason why
/// not.
[[nodiscard]] std::string version_for_child();

/// For a child process as well, which needs no GPU: text_of the features of the NCCL that is there.
/// Throws capability_error and nccl_error.
[[nodiscard]] std::string features_for_child();

}  // namespace railgauge::nccl
