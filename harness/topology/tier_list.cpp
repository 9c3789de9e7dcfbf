#include "harness/topology/tier_list.hpp"

#include <fmt/format.h>

namespace railgauge {
namespace {

class lister {
public:
    explicit lister(const topology& all) : all_(all) {}

    std::vector<listed_tier> list() {
        add(all_.stacks.size() - 1, 0, 1, "");
        return std::move(found_);
    }

private:
    void add(std::size_t index, int depth, double groups, const std::string& prefix) {
        const stack& kind = all_.stacks[index];
        for (std::size_t level = kind.tiers.size(); level-- > 0;) {
            const tier& at = kind.tiers[level];
            listed_tier line{prefix + at.name, depth, &at, {}, groups, {}};
            if (level > 0) {
                line.members = fmt::format("{} x {}", at.members, kind.tiers[level - 1].name);
                groups *= static_cast<double>(at.members);
            } else if (kind.contains.empty()) {
                const node_part& node = all_.nodes.at(kind.node);
                line.members = fmt::format("{} x {}", at.members,
                                           node.gpu.empty() ? all_.unit : "gpu " + node.gpu);
                line.node = kind.node;
            } else {
                for (const contained& part : kind.contains) {
                    line.members += fmt::format("{}{} x {}", line.members.empty() ? "" : ", ",
                                                part.count, all_.stacks[part.stack].name);
                }
            }
            found_.push_back(std::move(line));
            ++depth;
        }
        for (const contained& part : kind.contains) {
            add(part.stack, depth, groups * static_cast<double>(part.count),
                all_.stacks[part.stack].name + "/");
        }
    }

    const topology& all_;
    std::vector<listed_tier> found_;
};

void add_power(const topology& all, std::size_t index, double copies, cluster_power& into) {
    const stack& kind = all.stacks[index];
    for (const contained& part : kind.contains) {
        const double groups = static_cast<double>(kind.gpus / gpus_in_group(all, index, 0));
        add_power(all, part.stack, copies * groups * static_cast<double>(part.count), into);
    }
    if (!kind.contains.empty()) return;
    const node_part& node = all.nodes.at(kind.node);
    const auto gpu = all.gpus.find(node.gpu);
    const double gpus = copies * static_cast<double>(kind.gpus);
    if (gpu == all.gpus.end() || gpu->second.power_w == 0 || node.rest_power_w == 0) {
        into.known = false;
        return;
    }
    into.gpus_w += gpus * gpu->second.power_w;
    into.rest_w += gpus * node.rest_power_w;
}

}  // namespace

std::vector<listed_tier> list_tiers(const topology& all) {
    return lister(all).list();
}

cluster_power power_of(const topology& all) {
    cluster_power power;
    add_power(all, all.stacks.size() - 1, 1, power);
    return power;
}

}  // namespace railgauge
