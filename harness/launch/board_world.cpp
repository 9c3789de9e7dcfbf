#include "harness/launch/board_world.hpp"

#include <span>
#include <utility>
#include <vector>

#include "harness/launch/exchange.hpp"
#include "harness/launch/split_members.hpp"

namespace railgauge {

namespace {

class board_world final : public board_member {
public:
    /// `memory` is the board's own, or that of `segment`.
    board_world(std::shared_ptr<board> where, int place, int rank, int size, std::byte* memory,
                shared_segment segment, std::string_view meeting)
        : board_member(std::move(where), place, meeting),
          segment_(std::move(segment)),
          rank_(rank),
          size_(size),
          exchange_(memory, rank, size, oversubscribed(), [this] { look_up(); }) {}

    [[nodiscard]] int rank() const noexcept override { return rank_; }
    [[nodiscard]] int size() const noexcept override { return size_; }
    [[nodiscard]] int local_rank() const noexcept override { return rank_; }
    [[nodiscard]] int local_size() const noexcept override { return size_; }

    void barrier() override {
        const call_mark mark(*this, board_call::barrier);
        exchange_.barrier();
    }
    void broadcast(std::span<std::byte> data, int root) override {
        const call_mark mark(*this, board_call::broadcast);
        exchange_.broadcast(data, root);
    }
    void gather(std::span<const std::byte> mine, std::span<std::byte> all, int root) override {
        const call_mark mark(*this, board_call::gather);
        exchange_.gather(mine, all, root);
    }
    void reduce_max(std::span<double> values, std::span<std::int32_t> owners) override {
        const call_mark mark(*this, board_call::reduce_max);
        exchange_.reduce_max(values, owners);
    }
    [[nodiscard]] std::unique_ptr<world> split(int color, int key) override;

private:
    template <typename T>
    std::vector<T> share(const T& mine) {
        std::vector<T> all(static_cast<std::size_t>(size_));
        const auto bytes = std::as_writable_bytes(std::span(all));
        exchange_.gather(std::as_bytes(std::span(&mine, 1)), bytes, 0);
        exchange_.broadcast(bytes, 0);
        return all;
    }

    shared_segment segment_;  ///< of a split group; empty for the whole board
    int rank_;
    int size_;
    exchange exchange_;
};

std::unique_ptr<world> board_world::split(int color, int key) {
    const call_mark mark(*this, board_call::split);
    const std::vector<split_wish> wishes = share(split_wish{color, key, rank_, 0});
    const std::vector<split_wish> members = members_of(wishes, color);
    const split_seat seat = seat_of(members, rank_);
    shared_segment segment;
    segment_handle handle;
    if (seat.rank == 0) {
        segment = shared_segment::create("group", exchange::bytes_for(seat.size));
        handle = segment.handle();
    }
    const std::vector<segment_handle> handles = share(handle);
    if (seat.rank != 0) {
        segment = shared_segment::open(handles[static_cast<std::size_t>(members.front().rank)]);
    }
    // Nobody may let go of a segment before all have opened it.
    exchange_.barrier();
    return make_board_group(where(), place(), seat.rank, seat.size, std::move(segment), meeting());
}

}  // namespace

std::unique_ptr<world> join_board(std::shared_ptr<board> where, int rank,
                                  std::string_view meeting) {
    where->attach(rank);
    std::byte* const memory = where->exchange_memory();
    const int size = where->ranks();
    auto joined = std::make_unique<board_world>(std::move(where), rank, rank, size, memory,
                                                shared_segment{}, meeting);
    joined->barrier();
    return joined;
}

std::unique_ptr<world> make_board_group(std::shared_ptr<board> where, int place, int rank, int size,
                                        shared_segment segment, std::string_view meeting) {
    std::byte* const memory = segment.data();
    return std::make_unique<board_world>(std::move(where), place, rank, size, memory,
                                         std::move(segment), meeting);
}

}  // namespace railgauge
