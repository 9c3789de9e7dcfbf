// Asking the driver who it is without touching it in this process.
#pragma once

#include <cuda_runtime_api.h>

#include <chrono>
#include <functional>
#include <string>

#include "harness/launch/child_answer.hpp"

namespace railgauge {

/// What cudaGetDeviceCount found, in words, with what to do; empty where there is a GPU. Versions
/// as CUDA codes them (13000 is 13.0); `driver` is 0 where there is none.
[[nodiscard]] std::string why_no_gpu(cudaError_t counted, int devices, int driver, int runtime);

/// Opens the driver and counts the GPUs, which CUDA does not survive a fork after. Throws
/// capability_error with why_no_gpu's reason. Gives the driver's version of CUDA ("13.0").
std::string require_gpu();

/// What a child found out about a library and the GPUs that it would use.
struct device_probe {
    std::string version;  ///< the library's, "2.28.9"
    int devices = 0;      ///< that CUDA shows
    std::string failure;  ///< why there is nothing to use; empty where there is
};

/// For the child, after require_gpu: "version devices".
[[nodiscard]] std::string probe_text(const std::string& version);
/// What came of it; an empty text gives no devices.
[[nodiscard]] device_probe probe_from(const child_answer& answer);

/// Asks in a child as long as this process has not chosen its GPU; after that here, since a child
/// could not use CUDA any more. The driver wakes all GPUs of a host when they sleep, which takes
/// seconds for each.
[[nodiscard]] child_answer ask_about_gpu(const std::function<std::string()>& ask,
                                         std::chrono::nanoseconds limit = std::chrono::seconds(60));

}  // namespace railgauge
