#include "harness/machine/nvml.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "harness/base/dynamic_library.hpp"
#include "harness/base/error.hpp"

namespace railgauge {
namespace {

/// The value that a function writes through its last argument; nothing where there is no such
/// function or it fails, which on a sound machine means that this card has no such thing.
template <typename Value, typename Function, typename... Arguments>
std::optional<Value> ask(Function* function, Arguments... arguments) {
    Value value{};
    if (function == nullptr || function(arguments..., &value) != nvml_success) return std::nullopt;
    return value;
}

template <typename Function, typename... Arguments>
std::string ask_text(Function* function, Arguments... arguments) {
    std::array<char, 96> text{};  // the longest that NVML asks for: NVML_DEVICE_NAME_V2_BUFFER_SIZE
    if (function == nullptr || function(arguments..., text.data(), unsigned{text.size()}) != 0) {
        return "";
    }
    return std::string(text.data(), std::find(text.begin(), text.end(), '\0'));
}

capability_error nvml_error(const nvml_functions& call, const char* what, int status) {
    std::string_view advice;
    if (status == nvml_driver_not_loaded) advice = " (load it: modprobe nvidia)";
    if (status == nvml_no_permission) advice = " (/dev/nvidiactl must be readable and writable)";
    if (status == nvml_version_mismatch) {
        advice = " (the driver was updated while loaded: restart the host or reload the module)";
    }
    const char* const text = call.error_string(status);
    return capability_error(
        fmt::format("{}: {}{}", what, text ? text : fmt::format("error {}", status), advice));
}

std::optional<std::uint64_t> held_ns(const nvml_functions& call, nvml_device device,
                                     nvml_policy policy) {
    const auto time = ask<nvml_violation_time>(call.violation, device, static_cast<int>(policy));
    if (!time) return std::nullopt;
    return time->violation_ns;
}

std::optional<std::uint64_t> ecc_errors(const nvml_functions& call, nvml_device device,
                                        nvml_ecc kind) {
    return ask<unsigned long long>(call.ecc_errors, device, static_cast<int>(kind),
                                   nvml_aggregate_ecc);
}

}  // namespace

std::shared_ptr<const nvml> nvml::open(const std::string& library) {
    auto opened = std::make_shared<const dynamic_library>(library);
    const nvml_functions table = nvml_functions_of(*opened);
    if (!table.is_complete()) {
        throw capability_error("dlsym(nvmlInit_v2, ...): " + library +
                               " is not NVML, or too old a one (it comes with the driver)");
    }
    return std::make_shared<const nvml>(table, std::move(opened));
}

nvml::nvml(const nvml_functions& functions, std::shared_ptr<const dynamic_library> library)
    : library_(std::move(library)), call_(functions) {
    const int status = call_.init();
    if (status != nvml_success) throw nvml_error(call_, "nvmlInit", status);
    try {
        find_devices();
    } catch (...) {
        call_.shutdown();
        throw;
    }
}

nvml::~nvml() {
    call_.shutdown();
}

void nvml::find_devices() {
    driver_version_ = ask_text(call_.driver_version);
    unsigned count = 0;
    const int status = call_.device_count(&count);
    if (status != nvml_success) throw nvml_error(call_, "nvmlDeviceGetCount", status);
    for (unsigned i = 0; i < count; ++i) {
        const auto device = ask<nvml_device>(call_.device_by_index, i);
        if (!device) continue;
        const auto pci = ask<nvml_pci_info>(call_.pci_info, *device);
        if (!pci) continue;
        handles_.push_back(*device);
        facts_.push_back(facts_of(*device, *pci));
    }
}

gpu_facts nvml::facts_of(nvml_device device, const nvml_pci_info& pci) const {
    gpu_facts facts;
    facts.name = ask_text(call_.name, device);
    facts.uuid = ask_text(call_.uuid, device);
    // A GPU is a single-function device, or its display part is function 0.
    facts.pci_address = fmt::format("{:04x}:{:02x}:{:02x}.0", pci.domain, pci.bus, pci.device);
    facts.max_sm_clock_mhz =
        ask<unsigned>(call_.max_clock_mhz, device, static_cast<int>(nvml_clock::sm));
    facts.max_memory_clock_mhz =
        ask<unsigned>(call_.max_clock_mhz, device, static_cast<int>(nvml_clock::memory));
    facts.max_pcie_generation = ask<unsigned>(call_.max_pcie_generation, device);
    facts.max_pcie_width = ask<unsigned>(call_.max_pcie_width, device);
    for (unsigned link = 0; link < nvml_max_nvlinks; ++link) {
        if (ask<int>(call_.nvlink_state, device, link) == 1) facts.nvlinks.push_back(link);
    }
    int major = 0;
    int minor = 0;
    if (call_.compute_capability != nullptr &&
        call_.compute_capability(device, &major, &minor) == nvml_success) {
        facts.compute_capability = 10 * major + minor;
    }
    return facts;
}

gpu_state nvml::state(std::size_t device) const {
    nvml_device const handle = handles_.at(device);
    gpu_state state;
    if (const auto power_mw = ask<unsigned>(call_.power_mw, handle)) {
        state.power_w = *power_mw / 1e3;
    }
    state.temperature_c = ask<unsigned>(call_.temperature, handle, nvml_temperature_gpu);
    state.sm_clock_mhz = ask<unsigned>(call_.clock_mhz, handle, static_cast<int>(nvml_clock::sm));
    state.memory_clock_mhz =
        ask<unsigned>(call_.clock_mhz, handle, static_cast<int>(nvml_clock::memory));
    state.pcie_generation = ask<unsigned>(call_.pcie_generation, handle);
    state.pcie_width = ask<unsigned>(call_.pcie_width, handle);
    if (const auto memory = ask<nvml_memory>(call_.memory, handle)) {
        state.memory_bytes = memory->total;
        state.memory_free_bytes = memory->free;
    }
    state.clock_reasons = ask<unsigned long long>(call_.clock_reasons, handle);
    return state;
}

gpu_counts nvml::counts(std::size_t device) const {
    nvml_device const handle = handles_.at(device);
    gpu_counts counts;
    counts.energy_mj = ask<unsigned long long>(call_.energy_mj, handle);
    counts.held_by_power_ns = held_ns(call_, handle, nvml_policy::power);
    counts.held_by_heat_ns = held_ns(call_, handle, nvml_policy::thermal);
    counts.held_by_board_ns = held_ns(call_, handle, nvml_policy::board_limit);
    counts.held_by_reliability_ns = held_ns(call_, handle, nvml_policy::reliability);
    counts.ecc_corrected = ecc_errors(call_, handle, nvml_ecc::corrected);
    counts.ecc_uncorrected = ecc_errors(call_, handle, nvml_ecc::uncorrected);
    counts.pcie_replays = ask<unsigned>(call_.pcie_replays, handle);
    for (const unsigned link : facts_[device].nvlinks) {
        for (const auto kind : {nvml_nvlink_error::replay, nvml_nvlink_error::recovery,
                                nvml_nvlink_error::crc_flit, nvml_nvlink_error::crc_data}) {
            const auto errors =
                ask<unsigned long long>(call_.nvlink_errors, handle, link, static_cast<int>(kind));
            if (errors) counts.nvlink_errors = counts.nvlink_errors.value_or(0) + *errors;
        }
    }
    counts.clock_reasons = ask<unsigned long long>(call_.clock_reasons, handle).value_or(0);
    return counts;
}

std::vector<std::string> clock_reasons_in_words(std::uint64_t reasons) {
    // nvmlClocksEventReasons. Left out: 0x1 idle, 0x2 clocks set by the user, 0x10 boost in step
    // with other GPUs, 0x100 a display's clock.
    static constexpr std::array<std::pair<std::uint64_t, std::string_view>, 5> words{{
        {0x04, "software power cap"},
        {0x08, "hardware slowdown"},
        {0x20, "software thermal slowdown"},
        {0x40, "hardware thermal slowdown"},
        {0x80, "hardware power brake"},
    }};
    std::vector<std::string> found;
    for (const auto& [bit, word] : words) {
        if (reasons & bit) found.emplace_back(word);
    }
    return found;
}

std::optional<std::string> pcie_finding(const gpu_facts& facts, const gpu_state& state) {
    if (!facts.max_pcie_width || !state.pcie_width) return std::nullopt;
    if (*state.pcie_width >= *facts.max_pcie_width) return std::nullopt;
    return fmt::format("runs x{} of PCIe x{}", *state.pcie_width, *facts.max_pcie_width);
}

}  // namespace railgauge
