#include "harness/launch/board_world.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <climits>
#include <optional>
#include <utility>
#include <vector>

#include "harness/launch/exchange.hpp"

namespace railgauge {

namespace {

std::string this_host() {
    std::array<char, HOST_NAME_MAX + 1> name{};
    ::gethostname(name.data(), name.size() - 1);
    return name.data();
}

/// What a rank tells the others in split.
struct split_wish {
    std::int32_t color;
    std::int32_t key;
    std::int32_t rank;
    std::int32_t unused;
    segment_handle handle;
};

class board_world final : public world {
public:
    /// The whole job: `memory` is the board's own.
    board_world(std::shared_ptr<board> where, int rank, std::string_view meeting)
        : board_world(where, rank, rank, where->ranks(), where->exchange_memory(), meeting) {}

    /// A group with an exchange of its own.
    board_world(const board_world& parent, int rank, int size, shared_segment segment)
        : board_world(parent.board_, parent.place_, rank, size, segment.data(), parent.meeting_) {
        segment_ = std::move(segment);
    }

    [[nodiscard]] int rank() const noexcept override { return rank_; }
    [[nodiscard]] int size() const noexcept override { return size_; }
    [[nodiscard]] int local_rank() const noexcept override { return rank_; }
    [[nodiscard]] int local_size() const noexcept override { return size_; }
    [[nodiscard]] const std::string& host_name() const noexcept override { return host_; }
    [[nodiscard]] std::string_view meeting() const noexcept override { return meeting_; }

    // With several hosts, local rank 0 passes its host's part up and down between the local steps
    // of each of these calls; on one host the local step is all there is.
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

    void enter(phase where, std::int64_t point) noexcept override {
        cell_.point.store(point, std::memory_order_relaxed);
        if (cell_.where.load(std::memory_order_relaxed) == phase::starting &&
            where != phase::starting && !limit_was_set_) {
            cell_.limit_ns.store(board_->header().step_limit_ns, std::memory_order_relaxed);
        }
        cell_.where.store(where, std::memory_order_relaxed);
        heartbeat();
    }
    void set_deadline(std::chrono::nanoseconds limit) noexcept override {
        limit_was_set_ = true;
        cell_.limit_ns.store(limit.count(), std::memory_order_relaxed);
        heartbeat();
    }
    void heartbeat() noexcept override {
        cell_.since_ns.store(monotonic_ns(), std::memory_order_release);
    }
    [[nodiscard]] bool interrupted() const noexcept override {
        return board_->header().interrupted.load(std::memory_order_relaxed) != 0;
    }

private:
    /// Shows the monitor that this rank waits for others, until the call is over.
    class call_mark {
    public:
        call_mark(board_world& owner, board_call call) : owner_(owner) {
            owner_.cell_.progress.fetch_add(1, std::memory_order_relaxed);
            owner_.call_began_ns_ = monotonic_ns();
            owner_.cell_.since_ns.store(owner_.call_began_ns_, std::memory_order_relaxed);
            owner_.cell_.call.store(call, std::memory_order_release);
        }
        ~call_mark() {
            owner_.heartbeat();
            owner_.cell_.call.store(board_call::none, std::memory_order_release);
        }
        call_mark(const call_mark&) = delete;
        call_mark& operator=(const call_mark&) = delete;

    private:
        board_world& owner_;
    };

    board_world(std::shared_ptr<board> where, int place, int rank, int size, std::byte* memory,
                std::string_view meeting)
        : board_(std::move(where)),
          cell_(board_->cell(place)),
          place_(place),
          rank_(rank),
          size_(size),
          host_(this_host()),
          meeting_(meeting),
          exchange_(memory, rank, size, board_->header().oversubscribed != 0,
                    [this] { look_up(); }) {}

    /// Called now and then while waiting: leaves the call when the job is over.
    void look_up() const {
        if (board_->decided()) {
            throw job_ended_error(board_->verdict_status(), board_->verdict_text());
        }
        // The monitor should have spoken long ago. It may be gone with its host's launcher: a rank
        // that waits for ever is worse than one that leaves without knowing whom it waited for.
        const std::int64_t limit_ns = cell_.limit_ns.load(std::memory_order_relaxed);
        const std::int64_t unwatched_ns =
            monotonic_ns() - std::max(call_began_ns_, board_->header().monitor_seen_ns.load());
        if (unwatched_ns > 2 * limit_ns + 5'000'000'000) {
            throw deadline_error(
                "a collective call between ranks did not end, and nothing watches over this job "
                "any more; its launcher or first rank was probably ended");
        }
    }

    std::shared_ptr<board> board_;
    shared_segment segment_;  ///< of a split group; empty for the whole job
    board_cell& cell_;
    int place_;
    int rank_;
    int size_;
    std::string host_;
    std::string_view meeting_;
    std::int64_t call_began_ns_ = 0;
    bool limit_was_set_ = false;
    exchange exchange_;
};

std::unique_ptr<world> board_world::split(int color, int key) {
    const call_mark mark(*this, board_call::split);
    const auto count = static_cast<std::size_t>(size_);
    std::vector<split_wish> wishes(count);
    const auto share = [&](const split_wish& mine) {
        const auto all = std::as_writable_bytes(std::span(wishes));
        exchange_.gather(std::as_bytes(std::span(&mine, 1)), all, 0);
        exchange_.broadcast(all, 0);
    };
    split_wish mine{color, key, rank_, 0, {}};
    share(mine);
    std::erase_if(wishes, [&](const split_wish& wish) { return wish.color != color; });
    std::stable_sort(wishes.begin(), wishes.end(), [](const split_wish& a, const split_wish& b) {
        return std::pair(a.key, a.rank) < std::pair(b.key, b.rank);
    });
    const std::vector<split_wish> members = wishes;
    const auto me = std::find_if(members.begin(), members.end(),
                                 [&](const split_wish& wish) { return wish.rank == rank_; });
    shared_segment segment;
    const auto group_size = static_cast<int>(members.size());
    if (me == members.begin()) {
        segment = shared_segment::create("group", exchange::bytes_for(group_size));
        mine.handle = segment.handle();
    }
    wishes.resize(count);
    share(mine);
    if (me != members.begin()) {
        const auto leader = static_cast<std::size_t>(members.front().rank);
        segment = shared_segment::open(wishes[leader].handle);
    }
    // Nobody may let go of a segment before all have opened it.
    exchange_.barrier();
    return std::make_unique<board_world>(*this, static_cast<int>(me - members.begin()), group_size,
                                         std::move(segment));
}

}  // namespace

std::unique_ptr<world> join_board(std::shared_ptr<board> where, int rank,
                                  std::string_view meeting) {
    where->attach(rank);
    auto joined = std::make_unique<board_world>(std::move(where), rank, meeting);
    joined->barrier();
    return joined;
}

}  // namespace railgauge
