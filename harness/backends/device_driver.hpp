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

/// Asks in a child as long as this process has not chosen its GPU; after that here, since a child
/// could not use CUDA any more. The driver wakes all GPUs of a host when they sleep, which takes
/// seconds for each.
[[nodiscard]] child_answer ask_about_gpu(const std::function<std::string()>& ask,
                                         std::chrono::nanoseconds limit = std::chrono::seconds(60));

}  // namespace railgauge
