#include "harness/backends/device_driver.hpp"

#include <dlfcn.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "harness/backends/device_choice.hpp"
#include "harness/base/error.hpp"

namespace railgauge {
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

std::string require_gpu() {
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
    return cuda_version(driver);
}

std::string probe_text(const std::string& version) {
    int devices = 0;
    static_cast<void>(cudaGetDeviceCount(&devices));
    return fmt::format("{} {}", version, devices);
}

device_probe probe_from(const child_answer& answer) {
    const std::string& text = answer.text;
    const std::size_t blank = std::min(text.find(' '), text.size());
    device_probe probe{.version = text.substr(0, blank), .devices = 0, .failure = answer.failure};
    std::from_chars(text.data() + std::min(blank + 1, text.size()), text.data() + text.size(),
                    probe.devices);
    return probe;
}

child_answer ask_about_gpu(const std::function<std::string()>& ask,
                           std::chrono::nanoseconds limit) {
    if (!device_chosen()) return ask_in_child(ask, limit);
    try {
        return {.text = ask(), .failure = {}};
    } catch (const std::exception& fault) {
        return {.text = {}, .failure = fault.what()};
    }
}

}  // namespace railgauge
