#include "harness/topology/link_rates.hpp"

#include <array>

namespace railgauge {

double pcie_gbps(double giga_transfers, double lanes) {
    // 8b/10b up to the second generation, 128b/130b after it (PCI Express Base Specification).
    const double share = giga_transfers <= 5 ? 0.8 : 128.0 / 130;
    return giga_transfers * lanes * share / 8;
}

double pcie_giga_transfers(unsigned generation) {
    static constexpr std::array<double, 7> by_generation{0, 2.5, 5, 8, 16, 32, 64};
    return generation < by_generation.size() ? by_generation[generation] : 0;
}

// 20 in Pascal, 25 from Volta up to Hopper, 50 from Blackwell on.
double nvlink_gbps(double compute_capability) {
    if (compute_capability >= 100) return 50;
    return compute_capability >= 70 ? 25 : 20;
}

}  // namespace railgauge
