#include "harness/machine/check_gpus.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "harness/base/error.hpp"
#include "harness/machine/gpu_info.hpp"

namespace railgauge {
namespace {

std::string described(const gpu_facts& facts, const gpu_state& state) {
    std::string text = fmt::format("{} at {}", facts.name, facts.pci_address);
    if (facts.max_pcie_generation && facts.max_pcie_width) {
        text += fmt::format(", PCIe generation {} x{}", *facts.max_pcie_generation,
                            *facts.max_pcie_width);
    }
    if (!facts.nvlinks.empty()) text += fmt::format(", {} NVLinks up", facts.nvlinks.size());
    if (state.temperature_c) text += fmt::format(", {} degrees C", *state.temperature_c);
    if (state.power_w) text += fmt::format(", {:.0f} W", *state.power_w);
    if (state.sm_clock_mhz && facts.max_sm_clock_mhz) {
        text += fmt::format(", {} of {} MHz", *state.sm_clock_mhz, *facts.max_sm_clock_mhz);
    }
    return text;
}

}  // namespace

std::vector<check> check_gpu_health(const nvml& gpus) {
    std::vector<check> found;
    for (std::size_t i = 0; i < gpus.devices().size(); ++i) {
        const gpu_facts& facts = gpus.devices()[i];
        const gpu_state state = gpus.state(i);
        const std::string id = fmt::format("gpu {}", i);
        found.push_back({id, check_status::ok, described(facts, state), ""});
        if (const auto narrow = pcie_finding(facts, state)) {
            found.push_back({id, check_status::warning,
                             fmt::format("{} {}", facts.pci_address, *narrow),
                             "reseat the card or its riser, and see what the slot has"});
        }
        const auto reasons = clock_reasons_in_words(state.clock_reasons.value_or(0));
        if (!reasons.empty()) {
            found.push_back({id, check_status::warning,
                             fmt::format("the clocks of {} are held down: {}", facts.pci_address,
                                         fmt::join(reasons, ", ")),
                             "look at its cooling, its power supply and its power limit"});
        }
        if (const auto errors = gpus.counts(i).ecc_uncorrected.value_or(0); errors > 0) {
            found.push_back({id, check_status::warning,
                             fmt::format("{} uncorrected memory errors in the life of {}", errors,
                                         facts.pci_address),
                             "see nvidia-smi -q -d ECC,ROW_REMAPPER whether it wants a reset or "
                             "another card"});
        }
    }
    return found;
}

std::vector<check> check_gpu_health() {
    if (!has_gpu_driver()) return {};
    try {
        return check_gpu_health(*nvml::open());
    } catch (const capability_error& wrong) {
        return {{"nvml", check_status::warning, wrong.what(),
                 "without it neither energy nor the GPUs' throttling and errors are seen"}};
    }
}

}  // namespace railgauge
