// Asking the driver and NCCL who they are without touching them in this process.
#pragma once

#include <nccl.h>

#include <string>

namespace railgauge::nccl {

/// What cudaGetDeviceCount found, in words, with what to do; empty where there is a GPU. Versions
/// as CUDA codes them (13000 is 13.0); `driver` is 0 where there is none.
[[nodiscard]] std::string why_no_gpu(cudaError_t counted, int devices, int driver, int runtime);

/// What this host has for NCCL.
struct nccl_probe {
    std::string version;  ///< NCCL's, "2.28.9"
    int devices = 0;      ///< that CUDA shows
    std::string failure;  ///< why NCCL cannot be used; empty where it can
};

/// For a child process, since CUDA does not survive a fork: opens the driver, counts the GPUs,
/// opens NCCL and returns "version devices". Throws capability_error and nccl_error with the reason
/// why not.
[[nodiscard]] std::string probe_for_child();

/// What probe_for_child returned; an empty text gives no devices.
[[nodiscard]] nccl_probe probe_from(const std::string& text);

}  // namespace railgauge::nccl
