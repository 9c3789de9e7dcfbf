// The part of NVIDIA's management library (NVML) that is used, as a table of functions: filled from
// the driver's library at run time, or by a test. The toolkit's header is not needed.
//
// Values and layouts are those of NVML's reference (docs.nvidia.com/deploy/nvml-api), whose binary
// interface keeps old names: what changed got a new one ("_v2", "_v3").
#pragma once

#include <cstdint>

namespace railgauge {

class dynamic_library;

struct nvml_device_state;
using nvml_device = nvml_device_state*;

/// nvmlReturn_t: 0 is success; those that are told apart here.
constexpr int nvml_success = 0;
constexpr int nvml_no_permission = 4;
constexpr int nvml_driver_not_loaded = 9;
constexpr int nvml_version_mismatch = 18;

/// nvmlPciInfo_t as of nvmlDeviceGetPciInfo_v3.
struct nvml_pci_info {
    char bus_id_legacy[16];
    unsigned domain;
    unsigned bus;
    unsigned device;
    unsigned device_and_vendor;
    unsigned subsystem;
    char bus_id[32];
};

/// nvmlMemory_t, in bytes.
struct nvml_memory {
    unsigned long long total;
    unsigned long long free;
    unsigned long long used;
};

/// nvmlViolationTime_t: how long, since the driver was loaded, a policy has held the clocks down.
struct nvml_violation_time {
    unsigned long long reference_us;
    unsigned long long violation_ns;
};

enum class nvml_clock : int { graphics = 0, sm = 1, memory = 2 };
enum class nvml_policy : int { power = 0, thermal = 1, board_limit = 3, reliability = 5 };
enum class nvml_ecc : int { corrected = 0, uncorrected = 1 };
enum class nvml_nvlink_error : int { replay = 0, recovery = 1, crc_flit = 2, crc_data = 3 };

constexpr int nvml_aggregate_ecc = 1;  ///< nvmlEccCounterType_t: over the card's life
constexpr int nvml_temperature_gpu = 0;
constexpr unsigned nvml_max_nvlinks = 18;

/// Enumerators are passed as int, which is how C passes them. All may be null but the first six: a
/// driver that is older or newer may lack some.
struct nvml_functions {
    int (*init)() = nullptr;
    int (*shutdown)() = nullptr;
    const char* (*error_string)(int) = nullptr;
    int (*device_count)(unsigned*) = nullptr;
    int (*device_by_index)(unsigned, nvml_device*) = nullptr;
    int (*pci_info)(nvml_device, nvml_pci_info*) = nullptr;

    int (*driver_version)(char*, unsigned) = nullptr;
    int (*name)(nvml_device, char*, unsigned) = nullptr;
    int (*uuid)(nvml_device, char*, unsigned) = nullptr;
    int (*compute_capability)(nvml_device, int*, int*) = nullptr;
    int (*energy_mj)(nvml_device, unsigned long long*) = nullptr;
    int (*power_mw)(nvml_device, unsigned*) = nullptr;
    int (*memory)(nvml_device, nvml_memory*) = nullptr;
    int (*temperature)(nvml_device, int, unsigned*) = nullptr;
    int (*clock_mhz)(nvml_device, int, unsigned*) = nullptr;
    int (*max_clock_mhz)(nvml_device, int, unsigned*) = nullptr;
    int (*clock_reasons)(nvml_device, unsigned long long*) = nullptr;
    int (*violation)(nvml_device, int, nvml_violation_time*) = nullptr;
    int (*ecc_errors)(nvml_device, int, int, unsigned long long*) = nullptr;
    int (*pcie_generation)(nvml_device, unsigned*) = nullptr;
    int (*pcie_width)(nvml_device, unsigned*) = nullptr;
    int (*max_pcie_generation)(nvml_device, unsigned*) = nullptr;
    int (*max_pcie_width)(nvml_device, unsigned*) = nullptr;
    int (*pcie_replays)(nvml_device, unsigned*) = nullptr;
    int (*nvlink_state)(nvml_device, unsigned, int*) = nullptr;
    int (*nvlink_errors)(nvml_device, unsigned, int, unsigned long long*) = nullptr;

    [[nodiscard]] bool is_complete() const noexcept {
        return init && shutdown && error_string && device_count && device_by_index && pci_info;
    }
};

/// Null where the library has no such function.
[[nodiscard]] nvml_functions nvml_functions_of(const dynamic_library& library);

}  // namespace railgauge
