// What the CUDA runtime says when a call fails, as railgauge says it.
#pragma once

#include <cuda_runtime_api.h>

#include <string>

#include "harness/base/error.hpp"

namespace railgauge {

/// A call of the CUDA runtime failed. The text is "call: CUDA's words (its name); advice". Status
/// 3.
class cuda_error : public error {
public:
    cuda_error(const std::string& call, cudaError_t code, const std::string& advice);
    [[nodiscard]] cudaError_t code() const noexcept { return code_; }

private:
    cudaError_t code_;
};

/// Throws cuda_error where `code` is not cudaSuccess.
void check_cuda(const char* call, cudaError_t code, const char* advice = "");

}  // namespace railgauge
