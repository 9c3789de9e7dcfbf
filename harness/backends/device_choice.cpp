#include "harness/backends/device_choice.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <string_view>

#include "harness/backends/cuda_error.hpp"

namespace railgauge {
namespace {

bool& chosen() noexcept {
    static bool yes = false;
    return yes;
}

}  // namespace

int choose_gpu(int local_rank, int visible, bool shared) {
    if (visible < 1) {
        throw capability_error("this rank sees no GPU; CUDA_VISIBLE_DEVICES may hide them");
    }
    if (visible == 1) return 0;
    if (shared) return local_rank % visible;
    if (local_rank < visible) return local_rank;
    throw capability_error(fmt::format(
        "local rank {} has no GPU, as its host shows {}; start at most {} ranks on a host",
        local_rank, visible, visible));
}

std::vector<int> choose_gpus(int local_rank, int visible, bool shared, int gpus) {
    if (gpus == 1) return {choose_gpu(local_rank, visible, shared)};
    if (visible < 1) return {choose_gpu(local_rank, visible, shared)};  // says so
    // Where a launcher shows each rank its own, they are as many as the rank drives.
    const int first = visible == gpus ? 0 : local_rank * gpus;
    if (!shared && first + gpus > visible) {
        throw capability_error(fmt::format(
            "local rank {} drives GPUs {} to {}, and its host shows {}; {}", local_rank, first,
            first + gpus - 1, visible,
            visible < gpus ? fmt::format("name {} at most with --gpus-per-rank", visible)
                           : fmt::format("start at most {} ranks on a host", visible / gpus)));
    }
    std::vector<int> numbers;
    for (int gpu = first; gpu < first + gpus; ++gpu) numbers.push_back(gpu % visible);
    return numbers;
}

int ranks_on(int devices, int gpus) noexcept {
    return devices < 1 ? 0 : std::max(1, devices / gpus);
}

bool shares_gpu() {
    const char* set = std::getenv("RAILGAUGE_SHARE_GPU");
    return set != nullptr && std::string_view(set) == "1";
}

void choose_device(const world& job, int gpus) {
    static bool done = false;
    if (done) return;
    int visible = 0;
    const cudaError_t counted = cudaGetDeviceCount(&visible);
    chosen() = true;  // the driver is awake, whatever it says
    if (counted != cudaErrorNoDevice) check_cuda("cudaGetDeviceCount", counted);
    const auto own = choose_gpus(job.local_rank(), visible, shares_gpu(), gpus);
    check_cuda("cudaSetDevice", cudaSetDevice(own.front()));
    done = true;
}

std::vector<int> chosen_devices(const world& job, int gpus) {
    if (gpus == 1) return {current_device()};
    int visible = 0;
    check_cuda("cudaGetDeviceCount", cudaGetDeviceCount(&visible));
    return choose_gpus(job.local_rank(), visible, shares_gpu(), gpus);
}

device_scope::device_scope(int device) : device_(device), before_(current_device()) {
    if (device_ != before_) check_cuda("cudaSetDevice", cudaSetDevice(device_));
}

device_scope::~device_scope() {
    if (device_ != before_) static_cast<void>(cudaSetDevice(before_));
}

bool device_chosen() noexcept {
    return chosen();
}

int current_device() {
    int device = 0;
    check_cuda("cudaGetDevice", cudaGetDevice(&device));
    return device;
}

int device_attribute(cudaDeviceAttr which) {
    int value = 0;
    check_cuda("cudaDeviceGetAttribute", cudaDeviceGetAttribute(&value, which, current_device()));
    return value;
}

int compute_capability() {
    return 10 * device_attribute(cudaDevAttrComputeCapabilityMajor) +
           device_attribute(cudaDevAttrComputeCapabilityMinor);
}

std::string device_bus_id() {
    char bus[32] = {};
    check_cuda("cudaDeviceGetPCIBusId", cudaDeviceGetPCIBusId(bus, sizeof bus, current_device()));
    return bus;
}

}  // namespace railgauge
