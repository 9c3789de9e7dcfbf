#include "harness/backends/cuda_error.hpp"

namespace railgauge {

cuda_error::cuda_error(const std::string& call, cudaError_t code, const std::string& advice)
    : error(exit_status::cannot, call + ": " + cudaGetErrorString(code) + " (" +
                                     cudaGetErrorName(code) + ")" +
                                     (advice.empty() ? std::string() : "; " + advice)),
      code_(code) {}

void check_cuda(const char* call, cudaError_t code, const char* advice) {
    if (code != cudaSuccess) throw cuda_error(call, code, advice);
}

}  // namespace railgauge
