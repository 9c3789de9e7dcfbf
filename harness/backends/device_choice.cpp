#include "harness/backends/device_choice.hpp"

#include <fmt/format.h>

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

bool shares_gpu() {
    const char* set = std::getenv("RAILGAUGE_SHARE_GPU");
    return set != nullptr && std::string_view(set) == "1";
}

void choose_device(const world& job) {
    static bool done = false;
    if (done) return;
    int visible = 0;
    const cudaError_t counted = cudaGetDeviceCount(&visible);
    chosen() = true;  // the driver is awake, whatever it says
    if (counted != cudaErrorNoDevice) check_cuda("cudaGetDeviceCount", counted);
    check_cuda("cudaSetDevice", cudaSetDevice(choose_gpu(job.local_rank(), visible, shares_gpu())));
    done = true;
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
