// What of a cluster the ranks of a placement use, as classes of groups that are alike.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "harness/topology/model.hpp"
#include "harness/topology/placement.hpp"

namespace railgauge {

/// Groups of one tier that hold ranks in the same way.
struct occupied_class {
    std::size_t stack = 0;
    int level = -1;  ///< index of the tier in its stack; -1: a GPU with its rank
    std::int64_t ranks = 1;
    double up_gbps = 0;  ///< each direction, towards what contains it; infinite: bounds nothing
    std::vector<std::pair<int, std::int64_t>> children;  ///< class, how many
    double copies = 0;                                   ///< how many such groups there are
};

/// Children stand before what contains them, so the last is the smallest group with all ranks.
struct occupied_tree {
    std::vector<occupied_class> classes;
    std::int64_t ranks = 0;
    std::int64_t groups_visited = 0;  ///< what it cost to build: groups that were looked into

    [[nodiscard]] const occupied_class& top() const { return classes.back(); }
    [[nodiscard]] const tier& tier_of(const topology& all, const occupied_class& one) const {
        return all.stacks[one.stack].tiers[static_cast<std::size_t>(one.level)];
    }
};

/// Where the data lie. A tier of medium memory never bounds anything; between hosts' memories,
/// tiers inside a host or an NVLink domain carry nothing: they bind nothing.
enum class data_memory : std::uint8_t { device, host };

/// Cost grows with the tiers, the kinds of groups that differ and the runs of the placement, not
/// with the number of GPUs. A stride that fits nothing makes groups differ: every S-th of N GPUs
/// makes at most about min(S^2, N/S) of them differ on each tier, and so at worst N^(2/3), which is
/// 10,000 on a million GPUs and a million on 10^9.
[[nodiscard]] occupied_tree occupy(const topology& all, const rank_placement_rule& placement,
                                   data_memory memory = data_memory::device);

}  // namespace railgauge
