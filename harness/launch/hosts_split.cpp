// Splitting a world that is spread over hosts. Each group gets connections of its own between its
// own leaders, so that groups never wait for each other, nor mix what they say.
#include <cstring>
#include <utility>

#include "harness/launch/board_world.hpp"
#include "harness/launch/hosts_world.hpp"

namespace railgauge {

namespace {

/// What a group's leader on a host tells its other members.
struct leader_word {
    segment_handle handle;           ///< for those of its host
    std::array<char, 80> address{};  ///< for the leaders below it in the tree
};

}  // namespace

template <typename T>
std::vector<T> hosts_world::share(const T& mine) {
    std::vector<T> all(static_cast<std::size_t>(seat_.size));
    const auto bytes = std::as_writable_bytes(std::span(all));
    do_gather(std::as_bytes(std::span(&mine, 1)), bytes, 0);
    do_broadcast(bytes, 0);
    return all;
}

std::unique_ptr<world> hosts_world::split(int color, int key) {
    const call_mark mark(*this, board_call::split);
    ++splits_;
    const std::vector<split_wish> wishes = share(split_wish{color, key, seat_.rank, seat_.host});
    const std::vector<split_wish> members = members_of(wishes, color);
    split_seat seat = seat_of(members, seat_.rank);
    const auto local_size = static_cast<int>(seat.ranks_here.size());

    leader_word word;
    shared_segment segment;
    std::optional<tcp_listener> listener;
    if (seat.local_rank == 0) {
        segment = shared_segment::create("group", exchange::bytes_for(local_size));
        word.handle = segment.handle();
        if (seat.hosts > 1) {
            listener.emplace(key_.host_address.data());
            copy_to_board(word.address, listener->address());
        }
    }
    const std::vector<leader_word> words = share(word);
    const auto word_of = [&](std::int32_t member) -> const leader_word& {
        const split_wish& wish = members[static_cast<std::size_t>(member)];
        return words[static_cast<std::size_t>(wish.rank)];
    };
    if (seat.local_rank != 0) {
        segment = shared_segment::open(word_of(seat.ranks_here.front()).handle);
    }
    // Nobody may let go of a segment before all have opened it.
    exchange_.barrier();
    if (seat.hosts == 1) {
        return make_board_group(where(), place(), seat.rank, seat.size, std::move(segment),
                                meeting());
    }
    tree_key group_key = key_;
    group_key.secret =
        job_secret(key_.secret)
            .derive("split " + std::to_string(splits_) + " group " + std::to_string(color))
            .bytes();
    std::string parent;
    if (seat.host > 0) {
        const auto above = static_cast<std::size_t>(parent_of_host(seat.host));
        parent = word_of(seat.leaders[above]).address.data();
    }
    const bool leader = seat.local_rank == 0;
    std::byte* const memory = segment.data();
    auto group = std::make_unique<hosts_world>(where(), place(), std::move(seat), memory,
                                               std::move(segment), meeting());
    if (leader) {
        const std::chrono::nanoseconds limit(where()->header().start_limit_ns);
        group->join_group(std::move(*listener), parent, group_key,
                          std::chrono::steady_clock::now() + limit);
    }
    group->share_key();
    group->do_barrier();
    return group;
}

}  // namespace railgauge
