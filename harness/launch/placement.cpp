#include "harness/launch/placement.hpp"

#include <array>
#include <utility>

#include "harness/launch/board_words.hpp"

namespace railgauge {

namespace {

/// A placement as bytes. A list of hardware threads that is longer is cut.
struct placement_message {
    std::int32_t numa_node;
    pinned_by who;
    std::int32_t local_rank;
    std::array<char, 72> host;
    std::array<char, 248> cpus;
};

}  // namespace

std::vector<host_placement> place_ranks(world& ranks, bool pin) {
    const bool launched = ranks.meeting() != "forked";
    const placement mine = pin_process(ranks.local_rank(), ranks.local_size(), launched, pin);
    placement_message message{mine.numa_node, mine.who, ranks.local_rank(), {}, {}};
    copy_to_board(message.host, ranks.host_name());
    copy_to_board(message.cpus, mine.cpus);
    std::vector<placement_message> all(ranks.rank() == 0 ? static_cast<std::size_t>(ranks.size())
                                                         : 0);
    ranks.gather(std::as_bytes(std::span(&message, 1)), std::as_writable_bytes(std::span(all)), 0);
    std::vector<host_placement> placements;
    placements.reserve(all.size());
    for (const placement_message& each : all) {
        host_placement one;
        one.rank = static_cast<int>(placements.size());
        one.cpus = each.cpus.data();
        one.numa_node = each.numa_node;
        one.who = each.who;
        one.host = each.host.data();
        one.local_rank = each.local_rank;
        placements.push_back(std::move(one));
    }
    return placements;
}

}  // namespace railgauge
