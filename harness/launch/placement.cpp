#include "harness/launch/placement.hpp"

#include <algorithm>
#include <array>
#include <cstring>

namespace railgauge {

namespace {

/// A placement as bytes. A list of hardware threads that is longer is cut.
struct placement_message {
    std::int32_t numa_node;
    pinned_by who;
    std::array<char, 248> cpus;
};

}  // namespace

std::vector<placement> place_ranks(world& ranks, bool pin) {
    const bool launched = ranks.meeting() != "forked";
    const placement mine = pin_process(ranks.local_rank(), ranks.local_size(), launched, pin);
    placement_message message{mine.numa_node, mine.who, {}};
    std::memcpy(message.cpus.data(), mine.cpus.data(),
                std::min(mine.cpus.size(), message.cpus.size() - 1));
    std::vector<placement_message> all(ranks.rank() == 0 ? static_cast<std::size_t>(ranks.size())
                                                         : 0);
    ranks.gather(std::as_bytes(std::span(&message, 1)), std::as_writable_bytes(std::span(all)), 0);
    std::vector<placement> placements;
    placements.reserve(all.size());
    for (const placement_message& each : all) {
        placements.push_back(
            {static_cast<int>(placements.size()), each.cpus.data(), each.numa_node, each.who});
    }
    return placements;
}

}  // namespace railgauge
