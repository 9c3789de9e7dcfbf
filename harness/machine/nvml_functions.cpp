#include "harness/machine/nvml_functions.hpp"

#include "harness/base/dynamic_library.hpp"

namespace railgauge {
namespace {

template <typename Function>
void fill(const dynamic_library& library, Function*& place, const char* name,
          const char* earlier_name = nullptr) {
    place = library.function<Function>(name);
    if (place == nullptr && earlier_name) place = library.function<Function>(earlier_name);
}

}  // namespace

nvml_functions nvml_functions_of(const dynamic_library& library) {
    nvml_functions table;
    fill(library, table.init, "nvmlInit_v2");
    fill(library, table.shutdown, "nvmlShutdown");
    fill(library, table.error_string, "nvmlErrorString");
    fill(library, table.device_count, "nvmlDeviceGetCount_v2");
    fill(library, table.device_by_index, "nvmlDeviceGetHandleByIndex_v2");
    fill(library, table.pci_info, "nvmlDeviceGetPciInfo_v3");
    fill(library, table.driver_version, "nvmlSystemGetDriverVersion");
    fill(library, table.name, "nvmlDeviceGetName");
    fill(library, table.uuid, "nvmlDeviceGetUUID");
    fill(library, table.compute_capability, "nvmlDeviceGetCudaComputeCapability");
    fill(library, table.energy_mj, "nvmlDeviceGetTotalEnergyConsumption");
    fill(library, table.power_mw, "nvmlDeviceGetPowerUsage");
    fill(library, table.memory, "nvmlDeviceGetMemoryInfo");
    fill(library, table.temperature, "nvmlDeviceGetTemperature");
    fill(library, table.clock_mhz, "nvmlDeviceGetClockInfo");
    fill(library, table.max_clock_mhz, "nvmlDeviceGetMaxClockInfo");
    fill(library, table.clock_reasons, "nvmlDeviceGetCurrentClocksEventReasons",
         "nvmlDeviceGetCurrentClocksThrottleReasons");
    fill(library, table.violation, "nvmlDeviceGetViolationStatus");
    fill(library, table.ecc_errors, "nvmlDeviceGetTotalEccErrors");
    fill(library, table.pcie_generation, "nvmlDeviceGetCurrPcieLinkGeneration");
    fill(library, table.pcie_width, "nvmlDeviceGetCurrPcieLinkWidth");
    fill(library, table.max_pcie_generation, "nvmlDeviceGetMaxPcieLinkGeneration");
    fill(library, table.max_pcie_width, "nvmlDeviceGetMaxPcieLinkWidth");
    fill(library, table.pcie_replays, "nvmlDeviceGetPcieReplayCounter");
    fill(library, table.nvlink_state, "nvmlDeviceGetNvLinkState");
    fill(library, table.nvlink_errors, "nvmlDeviceGetNvLinkErrorCounter");
    return table;
}

}  // namespace railgauge
