#include "harness/backends/nccl/take_gpu.hpp"

#include <cstdlib>
#include <string>

#include "harness/backends/device_choice.hpp"

namespace railgauge::nccl {

std::vector<int> take_gpus(const world& job, int gpus) {
    choose_device(job, gpus);
    std::vector<int> own = chosen_devices(job, gpus);
    if (!shares_gpu()) return own;
    const std::string host = "rank" + std::to_string(job.rank()) + "." + job.host_name();
    ::setenv("NCCL_HOSTID", host.c_str(), 0);
    ::setenv("NCCL_MNNVL_ENABLE", "0", 0);
    ::setenv("NCCL_MAX_NCHANNELS", "2", 0);
    return own;
}

gpu_seat seat_of_gpu(const world& job) {
    gpu_seat seat;
    const char* named = std::getenv("NCCL_HOSTID");
    const std::string host = named != nullptr && *named != '\0' ? named : job.host_name();
    host.copy(seat.host, sizeof seat.host - 1);
    device_bus_id().copy(seat.bus, sizeof seat.bus - 1);
    return seat;
}

}  // namespace railgauge::nccl
