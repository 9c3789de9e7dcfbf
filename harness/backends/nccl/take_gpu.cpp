#include "harness/backends/nccl/take_gpu.hpp"

#include <cstdlib>
#include <string>
#include <string_view>

#include "harness/backends/cuda_error.hpp"

namespace railgauge::nccl {
namespace {

int current_device() {
    int device = 0;
    check_cuda("cudaGetDevice", cudaGetDevice(&device));
    return device;
}

int attribute(cudaDeviceAttr which) {
    int value = 0;
    check_cuda("cudaDeviceGetAttribute", cudaDeviceGetAttribute(&value, which, current_device()));
    return value;
}

}  // namespace

bool shares_gpu() {
    const char* set = std::getenv("RAILGAUGE_SHARE_GPU");
    return set != nullptr && std::string_view(set) == "1";
}

void take_gpu(const world& job) {
    int visible = 0;
    const cudaError_t counted = cudaGetDeviceCount(&visible);
    if (counted != cudaErrorNoDevice) check_cuda("cudaGetDeviceCount", counted);
    const int device = choose_gpu(job.local_rank(), visible, shares_gpu());
    check_cuda("cudaSetDevice", cudaSetDevice(device));
    if (!shares_gpu()) return;
    const std::string host = "rank" + std::to_string(job.rank()) + "." + job.host_name();
    ::setenv("NCCL_HOSTID", host.c_str(), 0);
    ::setenv("NCCL_MNNVL_ENABLE", "0", 0);
    ::setenv("NCCL_MAX_NCHANNELS", "2", 0);
}

gpu_seat seat_of_gpu(const world& job) {
    gpu_seat seat;
    const char* named = std::getenv("NCCL_HOSTID");
    const std::string host = named != nullptr && *named != '\0' ? named : job.host_name();
    host.copy(seat.host, sizeof seat.host - 1);
    check_cuda("cudaDeviceGetPCIBusId",
               cudaDeviceGetPCIBusId(seat.bus, sizeof seat.bus, current_device()));
    return seat;
}

int compute_capability() {
    return 10 * attribute(cudaDevAttrComputeCapabilityMajor) +
           attribute(cudaDevAttrComputeCapabilityMinor);
}

}  // namespace railgauge::nccl
