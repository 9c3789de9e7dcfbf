#include "harness/backends/nccl/ask_nccl.hpp"

#include <dlfcn.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "harness/backends/nccl/nccl_library.hpp"

namespace railgauge::nccl {
namespace {

std::string cuda_version(int code) {
    return fmt::format("{}.{}", code / 1000, code % 1000 / 10);
}

}  // namespace

std::string why_no_gpu(cudaError_t counted, int devices, int driver, int runtime) {
    switch (counted) {
        case cudaSuccess:
            return devices > 0 ? "" : "the NVIDIA driver shows no GPU to this process";
        case cudaErrorInsufficientDriver:
            return driver == 0 ? "there is no NVIDIA driver: install one"
                               : fmt::format(
                                     "the NVIDIA driver knows CUDA {} and railgauge was built with "
                                     "{}: install a newer driver, or build with an older CUDA",
                                     cuda_version(driver), cuda_version(runtime));
        case cudaErrorNoDevice:
            return "the NVIDIA driver shows no GPU to this process: is there one, and does "
                   "CUDA_VISIBLE_DEVICES hide it?";
        default:
            return fmt::format("cudaGetDeviceCount: {} ({})", cudaGetErrorString(counted),
                               cudaGetErrorName(counted));
    }
}

std::string probe_for_child() {
    if (::dlopen("libcuda.so.1", RTLD_NOW | RTLD_LOCAL) == nullptr) {
        const char* words = ::dlerror();
        throw capability_error(std::string("there is no NVIDIA driver (") +
                               (words != nullptr ? words : "libcuda.so.1 cannot be opened") +
                               "): install one");
    }
    int devices = 0;
    int driver = 0;
    int runtime = 0;
    static_cast<void>(cudaRuntimeGetVersion(&runtime));
    static_cast<void>(cudaDriverGetVersion(&driver));
    const std::string reason = why_no_gpu(cudaGetDeviceCount(&devices), devices, driver, runtime);
    if (!reason.empty()) throw capability_error(reason);
    return fmt::format("{} {}", version_text(open_nccl(nccl_path()).version), devices);
}

nccl_probe probe_from(const std::string& text) {
    const std::size_t blank = std::min(text.find(' '), text.size());
    nccl_probe probe;
    probe.version = text.substr(0, blank);
    std::from_chars(text.data() + std::min(blank + 1, text.size()), text.data() + text.size(),
                    probe.devices);
    return probe;
}

}  // namespace railgauge::nccl
