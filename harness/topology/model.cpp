#include "harness/topology/model.hpp"

namespace railgauge {

std::string_view name_of(routing_kind kind) noexcept {
    switch (kind) {
        case routing_kind::fixed: return "static";
        case routing_kind::ecmp: return "ecmp";
        case routing_kind::adaptive: return "adaptive";
    }
    return "";
}

std::string_view name_of(medium_kind kind) noexcept {
    switch (kind) {
        case medium_kind::nvlink: return "nvlink";
        case medium_kind::pcie: return "pcie";
        case medium_kind::memory: return "memory";
        case medium_kind::infiniband: return "infiniband";
        case medium_kind::ethernet: return "ethernet";
        case medium_kind::wan: return "wan";
    }
    return "";
}

int reach_of(medium_kind kind) noexcept {
    switch (kind) {
        case medium_kind::nvlink:
        case medium_kind::pcie:
        case medium_kind::memory: return 0;
        case medium_kind::infiniband:
        case medium_kind::ethernet: return 1;
        case medium_kind::wan: return 2;
    }
    return 0;
}

std::int64_t gpus_in_group(const topology& all, std::size_t stack, int level) {
    const auto& of = all.stacks[stack];
    std::int64_t gpus = of.gpus;
    // From the outside inwards; the innermost tier over other kinds has no division.
    for (int above = static_cast<int>(of.tiers.size()) - 1; above > level; --above) {
        gpus /= of.tiers[static_cast<std::size_t>(above)].members;
    }
    return gpus;
}

}  // namespace railgauge
