// NVML's functions over figures that a test sets. C functions have no object, so there is one set.
#pragma once

#include <cstdint>
#include <cstdio>
#include <map>
#include <utility>
#include <vector>

#include "harness/machine/nvml_functions.hpp"

namespace railgauge::fake_nvml {

struct card {
    bool answers = true;
    unsigned bus = 0x3b;
    unsigned long long energy_mj = 1000;
    unsigned long long reasons = 0;
    std::map<int, unsigned long long> held_ns{{0, 0}, {1, 0}};  ///< by policy; others unsupported
    unsigned long long ecc[2] = {0, 0};
    unsigned width = 16;
    unsigned replays = 0;
    unsigned temperature_c = 0;  ///< 0: not told
    unsigned long long memory_free = 1000;
    std::map<unsigned, unsigned long long> nvlink_errors{};  ///< by link; others are down
    int compute_capability = 90;
    unsigned pcie_generation = 0;  ///< the highest; 0: not told
};

struct driver {
    int init_status = nvml_success;
    int count_status = nvml_success;
    int initialised = 0;
    std::vector<card> cards;
};

inline driver& now() {
    static driver only;
    return only;
}

inline constexpr int not_supported = 3;

inline card& of(nvml_device device) {
    return now().cards.at(reinterpret_cast<std::uintptr_t>(device) - 1);
}

inline int count_all(unsigned* count) {
    *count = static_cast<unsigned>(now().cards.size());
    return now().count_status;
}

inline int copy_text(const char* text, char* to, unsigned bytes) {
    std::snprintf(to, bytes, "%s", text);
    return nvml_success;
}

inline int nvlink_errors(nvml_device device, unsigned link, int kind, unsigned long long* errors) {
    // All of a link's errors are CRC errors of flits.
    *errors = kind == 2 ? of(device).nvlink_errors.at(link) : 0;
    return nvml_success;
}

inline int violation(nvml_device device, int policy, nvml_violation_time* time) {
    const auto found = of(device).held_ns.find(policy);
    if (found == of(device).held_ns.end()) return not_supported;
    *time = {1, found->second};
    return nvml_success;
}

/// A new driver with `cards`, and its functions.
inline nvml_functions start(std::vector<card> cards) {
    now() = {};
    now().cards = std::move(cards);
    nvml_functions table;
    table.init = [] { return now().init_status ? now().init_status : (++now().initialised, 0); };
    table.shutdown = [] { return --now().initialised, 0; };
    table.error_string = [](int status) {
        return status == nvml_driver_not_loaded ? "Driver Not Loaded" : "Unknown Error";
    };
    table.device_count = count_all;
    table.device_by_index = [](unsigned i, nvml_device* device) {
        *device = reinterpret_cast<nvml_device>(std::uintptr_t{i} + 1);
        return now().cards.at(i).answers ? nvml_success : 15;
    };
    table.pci_info = [](nvml_device device, nvml_pci_info* pci) {
        *pci = {};
        pci->bus = of(device).bus;
        return nvml_success;
    };
    table.driver_version = [](char* to, unsigned n) { return copy_text("580.1", to, n); };
    table.name = [](nvml_device, char* to, unsigned n) { return copy_text("Fake H1", to, n); };
    table.uuid = [](nvml_device, char* to, unsigned n) { return copy_text("GPU-1", to, n); };
    table.energy_mj = [](nvml_device device, unsigned long long* energy) {
        return *energy = of(device).energy_mj, nvml_success;
    };
    table.power_mw = [](nvml_device, unsigned* power) { return *power = 71500, nvml_success; };
    table.temperature = [](nvml_device device, int, unsigned* temperature) {
        *temperature = of(device).temperature_c;
        return *temperature == 0 ? not_supported : nvml_success;
    };
    table.memory = [](nvml_device device, nvml_memory* memory) {
        const unsigned long long free = of(device).memory_free;
        return *memory = {4000, free, 4000 - free}, nvml_success;
    };
    table.clock_reasons = [](nvml_device device, unsigned long long* reasons) {
        return *reasons = of(device).reasons, nvml_success;
    };
    table.violation = violation;
    table.ecc_errors = [](nvml_device device, int kind, int, unsigned long long* errors) {
        return *errors = of(device).ecc[kind], nvml_success;
    };
    table.pcie_width = [](nvml_device device, unsigned* width) {
        return *width = of(device).width, nvml_success;
    };
    table.max_pcie_width = [](nvml_device, unsigned* width) { return *width = 16, nvml_success; };
    table.max_pcie_generation = [](nvml_device device, unsigned* generation) {
        *generation = of(device).pcie_generation;
        return *generation == 0 ? not_supported : nvml_success;
    };
    table.compute_capability = [](nvml_device device, int* major, int* minor) {
        *major = of(device).compute_capability / 10;
        *minor = of(device).compute_capability % 10;
        return nvml_success;
    };
    table.pcie_replays = [](nvml_device device, unsigned* replays) {
        return *replays = of(device).replays, nvml_success;
    };
    table.nvlink_state = [](nvml_device device, unsigned link, int* up) {
        return *up = of(device).nvlink_errors.contains(link) ? 1 : 0, nvml_success;
    };
    table.nvlink_errors = nvlink_errors;
    return table;
}

}  // namespace railgauge::fake_nvml
