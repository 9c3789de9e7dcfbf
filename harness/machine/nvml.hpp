// The GPUs of this host as the driver's management library (NVML) shows them. NVML sees all of
// them, whatever CUDA_VISIBLE_DEVICES says, and counts them in the order of their PCI addresses.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "harness/machine/nvml_functions.hpp"

namespace railgauge {

class dynamic_library;

/// What does not change while the driver is loaded. What the driver does not tell is absent.
struct gpu_facts {
    std::string name;         ///< "NVIDIA H200"
    std::string uuid;         ///< "GPU-..."
    std::string pci_address;  ///< "0000:3b:00.0", as sysfs writes it
    std::optional<unsigned> max_sm_clock_mhz;
    std::optional<unsigned> max_memory_clock_mhz;
    std::optional<unsigned> max_pcie_generation;  ///< of this card in this slot
    std::optional<unsigned> max_pcie_width;
    std::vector<unsigned> nvlinks;          ///< numbers of those that are up
    std::optional<int> compute_capability;  ///< 90: Hopper
};

/// How a GPU is at this moment.
struct gpu_state {
    std::optional<double> power_w;
    std::optional<unsigned> temperature_c;
    std::optional<unsigned> sm_clock_mhz;
    std::optional<unsigned> memory_clock_mhz;
    std::optional<unsigned> pcie_generation;
    std::optional<unsigned> pcie_width;
    std::optional<std::uint64_t> memory_bytes;
    std::optional<std::uint64_t> memory_free_bytes;
    std::optional<std::uint64_t> clock_reasons;  ///< bits; see clock_reasons_in_words
};

/// Counters that only grow, until the driver is loaded anew.
struct gpu_counts {
    std::optional<std::uint64_t> energy_mj;
    std::optional<std::uint64_t> held_by_power_ns;  ///< clocks held down for power, and so on
    std::optional<std::uint64_t> held_by_heat_ns;
    std::optional<std::uint64_t> held_by_board_ns;
    std::optional<std::uint64_t> held_by_reliability_ns;
    std::optional<std::uint64_t> ecc_corrected;
    std::optional<std::uint64_t> ecc_uncorrected;
    std::optional<std::uint64_t> pcie_replays;
    std::optional<std::uint64_t>
        nvlink_errors;                ///< replays, recoveries and CRC errors of all links
    std::uint64_t clock_reasons = 0;  ///< no counter: the bits at this moment
};

class nvml {
public:
    static constexpr const char* default_library = "libnvidia-ml.so.1";

    /// Opens the driver's library. Throws capability_error: no such library, a library that is not
    /// NVML, no driver, a driver of another version than the library.
    [[nodiscard]] static std::shared_ptr<const nvml> open(
        const std::string& library = default_library);

    /// Initialises what `functions` stands for and asks for its devices' facts; `library` is kept
    /// open as long. Throws capability_error.
    explicit nvml(const nvml_functions& functions,
                  std::shared_ptr<const dynamic_library> library = nullptr);
    ~nvml();
    nvml(const nvml&) = delete;
    nvml& operator=(const nvml&) = delete;

    [[nodiscard]] const std::string& driver_version() const noexcept { return driver_version_; }
    /// Devices that do not answer (one that fell off the bus) are left out.
    [[nodiscard]] const std::vector<gpu_facts>& devices() const noexcept { return facts_; }

    /// `device` counts devices().
    [[nodiscard]] gpu_state state(std::size_t device) const;
    /// Some milliseconds at most, and no work on the device.
    [[nodiscard]] gpu_counts counts(std::size_t device) const;

private:
    void find_devices();
    [[nodiscard]] gpu_facts facts_of(nvml_device device, const nvml_pci_info& pci) const;

    std::shared_ptr<const dynamic_library> library_;
    nvml_functions call_;
    std::string driver_version_;
    std::vector<nvml_device> handles_;
    std::vector<gpu_facts> facts_;
};

/// "software power cap", "hardware thermal slowdown"; without those that slow nothing down (idle,
/// clocks set by the user).
[[nodiscard]] std::vector<std::string> clock_reasons_in_words(std::uint64_t reasons);

/// "runs x8 of PCIe x16"; nothing where the link is as wide as it can be, or not known. The
/// generation is no finding: an idle card lowers it to save power.
[[nodiscard]] std::optional<std::string> pcie_finding(const gpu_facts& facts,
                                                      const gpu_state& state);

}  // namespace railgauge
