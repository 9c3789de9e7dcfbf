#include "harness/machine/gpu_info.hpp"

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

namespace railgauge {
namespace {

using json = nlohmann::ordered_json;

template <typename T>
json or_null(const std::optional<T>& value) {
    return value ? json(*value) : json(nullptr);
}

json described(const gpu_facts& facts, const gpu_state& state) {
    return {
        {"name", facts.name},
        {"uuid", facts.uuid},
        {"pci_address", facts.pci_address},
        {"sm_clock_mhz", or_null(state.sm_clock_mhz)},
        {"max_sm_clock_mhz", or_null(facts.max_sm_clock_mhz)},
        {"memory_clock_mhz", or_null(state.memory_clock_mhz)},
        {"max_memory_clock_mhz", or_null(facts.max_memory_clock_mhz)},
        {"pcie_generation", or_null(state.pcie_generation)},
        {"max_pcie_generation", or_null(facts.max_pcie_generation)},
        {"pcie_width", or_null(state.pcie_width)},
        {"max_pcie_width", or_null(facts.max_pcie_width)},
        {"nvlinks_up", facts.nvlinks.size()},
        {"memory_bytes", or_null(state.memory_bytes)},
        {"memory_free_bytes", or_null(state.memory_free_bytes)},
        {"temperature_c", or_null(state.temperature_c)},
        {"power_w", or_null(state.power_w)},
        {"clocks_held_down_by",
         state.clock_reasons ? json(clock_reasons_in_words(*state.clock_reasons)) : json(nullptr)}};
}

}  // namespace

std::string describe_gpus(const nvml& gpus) {
    json devices = json::array();
    for (std::size_t i = 0; i < gpus.devices().size(); ++i) {
        devices.push_back(described(gpus.devices()[i], gpus.state(i)));
    }
    const std::string& driver = gpus.driver_version();
    return json{{"driver", driver.empty() ? json(nullptr) : json(driver)}, {"devices", devices}}
        .dump(-1, ' ', false, json::error_handler_t::replace);
}

std::string describe_gpus() {
    return describe_gpus(*nvml::open());
}

std::optional<std::uint64_t> most_free_gpu_memory_bytes(const nvml& gpus) {
    std::optional<std::uint64_t> most;
    for (std::size_t i = 0; i < gpus.devices().size(); ++i) {
        const auto free = gpus.state(i).memory_free_bytes;
        if (free) most = std::max(most.value_or(0), *free);
    }
    return most;
}

bool has_gpu_driver() {
    std::error_code ignored;
    return std::filesystem::exists("/dev/nvidiactl", ignored);
}

}  // namespace railgauge
