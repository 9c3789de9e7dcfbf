#include "harness/backends/nccl/nccl_abilities.hpp"

#include <array>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <string_view>

namespace railgauge::nccl {
namespace {

/// They cost a communicator of their own.
bool wants_estimates() {
    const char* set = std::getenv("RAILGAUGE_NCCL_ESTIMATES");
    return set == nullptr || std::string_view(set) != "0";
}

}  // namespace

nccl_abilities agree_on_abilities(world& group, const nccl_library& library,
                                  const gpu_traits& device) {
    const nccl_calls& c = library.calls;
    const auto lacks = [](bool has) { return has ? 0.0 : 1.0; };
    const bool allocates = c.MemAlloc != nullptr && c.MemFree != nullptr;
    std::array<double, 9> values{
        -static_cast<double>(library.version), -static_cast<double>(device.compute_capability),
        -static_cast<double>(device.processors), lacks(c.CommSplit != nullptr),
        lacks(allocates && c.CommRegister != nullptr && c.CommDeregister != nullptr),
        lacks(allocates && c.CommWindowRegister != nullptr && c.CommWindowDeregister != nullptr),
        lacks(c.AlltoAll != nullptr && c.Gather != nullptr && c.Scatter != nullptr),
        // Made by a communicator that this process has one rank in.
        lacks(c.CommSplit != nullptr && c.GroupSimulateEnd != nullptr && wants_estimates() &&
              device.gpus_per_rank == 1),
        lacks(c.RedOpCreatePreMulSum != nullptr && c.RedOpDestroy != nullptr)};
    std::array<std::int32_t, values.size()> owners{};
    group.reduce_max(values, owners);
    group.broadcast(std::as_writable_bytes(std::span(values)), 0);
    return {.version = -static_cast<int>(values[0]),
            .compute_capability = -static_cast<int>(values[1]),
            .gpus_per_rank = device.gpus_per_rank,
            .processors = -static_cast<int>(values[2]),
            .splits = values[3] == 0,
            .registers_buffers = values[4] == 0,
            .registers_windows = values[5] == 0,
            .to_all_calls = values[6] == 0,
            .estimates = values[7] == 0,
            .premultiplies = values[8] == 0};
}

bool shares_by_itself(int version) {
    const char* set = std::getenv("NCCL_MULTI_RANK_GPU_ENABLE");
    return version >= NCCL_VERSION(2, 30, 0) && set != nullptr && std::string_view(set) == "1";
}

}  // namespace railgauge::nccl
