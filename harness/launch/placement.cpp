#include "harness/launch/placement.hpp"

#include <algorithm>
#include <array>
#include <cstring>

namespace railgauge {

namespace {

/// A placement as bytes. A list of hardware threads, or a name, that is longer is cut.
struct placement_message {
    std::int32_t numa_node;
    std::int32_t local_rank;
    pinned_by who;
    std::array<char, 68> host;
    std::array<char, 240> cpus;
};

template <std::size_t Size>
void copy_text(std::array<char, Size>& to, const std::string& text) {
    std::memcpy(to.data(), text.data(), std::min(text.size(), Size - 1));
}

}  // namespace

std::vector<placed_rank> place_ranks(world& ranks, bool pin) {
    const bool launched = ranks.meeting() != "forked";
    const placement mine = pin_process(ranks.local_rank(), ranks.local_size(), launched, pin);
    placement_message message{mine.numa_node, ranks.local_rank(), mine.who, {}, {}};
    copy_text(message.host, ranks.host_name());
    copy_text(message.cpus, mine.cpus);
    std::vector<placement_message> all(ranks.rank() == 0 ? static_cast<std::size_t>(ranks.size())
                                                         : 0);
    ranks.gather(std::as_bytes(std::span(&message, 1)), std::as_writable_bytes(std::span(all)), 0);
    std::vector<placed_rank> placements;
    placements.reserve(all.size());
    for (const placement_message& each : all) {
        const int rank = static_cast<int>(placements.size());
        placements.push_back({{rank, each.cpus.data(), each.numa_node, each.who},
                              each.host.data(),
                              each.local_rank});
    }
    return placements;
}

}  // namespace railgauge
