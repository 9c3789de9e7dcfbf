// What the GPUs' driver knows (NVML).

#include <algorithm>

#include "harness/machine/nvml.hpp"
#include "harness/topology/discover.hpp"
#include "harness/topology/link_rates.hpp"

namespace railgauge {

void add_gpus_of_driver(const nvml& driver, found_host& host) {
    for (std::size_t device = 0; device < driver.devices().size(); ++device) {
        const gpu_facts& facts = driver.devices()[device];
        auto gpu = std::ranges::find(host.gpus, facts.pci_address, &found_gpu::address);
        if (gpu == host.gpus.end()) {
            host.gpus.emplace_back();
            gpu = host.gpus.end() - 1;
            gpu->address = facts.pci_address;
        }
        const gpu_state state = driver.state(device);
        gpu->name = facts.name;
        if (facts.compute_capability) {
            gpu->nvlink_gbps =
                static_cast<double>(facts.nvlinks.size()) * nvlink_gbps(*facts.compute_capability);
        }
        // An idle GPU lowers its link's generation, so what counts is how fast it can be; but a
        // link that came up narrow stays so.
        const auto width = state.pcie_width ? state.pcie_width : facts.max_pcie_width;
        if (facts.max_pcie_generation && width) {
            const double rate = pcie_gbps(pcie_giga_transfers(*facts.max_pcie_generation), *width);
            if (rate > 0) gpu->pcie_gbps = rate;
        }
        gpu->finding = pcie_finding(facts, state).value_or("");
    }
}

}  // namespace railgauge
