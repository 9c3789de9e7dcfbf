#include "harness/launch/board.hpp"

#include <sched.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <new>

#include "harness/base/error.hpp"
#include "harness/launch/exchange.hpp"

namespace railgauge {

namespace {

/// "railboa" and the layout's version: two versions of railgauge never share a board.
constexpr std::uint64_t board_magic = 0x7261696c626f6102;

std::size_t cells_offset() noexcept {
    return sizeof(board_header);
}

std::size_t exchange_offset(int ranks) noexcept {
    return cells_offset() + sizeof(board_cell) * static_cast<std::size_t>(ranks);
}

bool more_than_cores(int ranks) noexcept {
    cpu_set_t set;
    CPU_ZERO(&set);
    // Fails only on machines with more hardware threads than the set holds: 1024 are enough then.
    return ::sched_getaffinity(0, sizeof set, &set) == 0 && ranks > CPU_COUNT(&set);
}

}  // namespace

std::int64_t monotonic_ns() noexcept {
    timespec now{};
    ::clock_gettime(CLOCK_MONOTONIC, &now);
    return std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

std::string_view name_of(board_call call) noexcept {
    switch (call) {
        case board_call::none: return "none";
        case board_call::barrier: return "barrier";
        case board_call::broadcast: return "broadcast";
        case board_call::gather: return "gather";
        case board_call::reduce_max: return "reduce_max";
        case board_call::split: return "split";
    }
    return "unknown";
}

std::shared_ptr<board> board::create(int ranks, const board_limits& limits) {
    shared_segment segment =
        shared_segment::create("board", exchange_offset(ranks) + exchange::bytes_for(ranks));
    auto* header = new (segment.data()) board_header{};
    header->ranks = ranks;
    header->oversubscribed = more_than_cores(ranks) ? 1 : 0;
    header->start_limit_ns = limits.start.count();
    header->step_limit_ns = limits.step.count();
    header->created_ns = monotonic_ns();
    for (int rank = 0; rank < ranks; ++rank) {
        auto* cell = new (segment.data() + cells_offset() +
                          sizeof(board_cell) * static_cast<std::size_t>(rank)) board_cell{};
        cell->point = -1;
        cell->job_rank = rank;
        cell->since_ns = header->created_ns;
        cell->limit_ns = header->start_limit_ns;
    }
    header->magic = board_magic;
    return std::shared_ptr<board>(new board(std::move(segment)));
}

std::shared_ptr<board> board::open(const segment_handle& handle) {
    shared_segment segment = shared_segment::open(handle);
    const auto* header = reinterpret_cast<const board_header*>(segment.data());
    if (segment.bytes() < sizeof(board_header) || header->magic != board_magic ||
        segment.bytes() != exchange_offset(header->ranks) + exchange::bytes_for(header->ranks)) {
        throw capability_error(
            "the board that this rank was told to join was made by another version of railgauge; "
            "start all ranks from the same program");
    }
    return std::shared_ptr<board>(new board(std::move(segment)));
}

board_header& board::header() const noexcept {
    return *reinterpret_cast<board_header*>(segment_.data());
}

board_cell& board::cell(int rank) const noexcept {
    return *reinterpret_cast<board_cell*>(segment_.data() + cells_offset() +
                                          sizeof(board_cell) * static_cast<std::size_t>(rank));
}

std::byte* board::exchange_memory() const noexcept {
    return segment_.data() + exchange_offset(ranks());
}

void board::attach(int rank) const noexcept {
    board_cell& mine = cell(rank);
    mine.pid.store(::getpid(), std::memory_order_relaxed);
    mine.since_ns.store(monotonic_ns(), std::memory_order_relaxed);
    mine.state.store(rank_state::running, std::memory_order_release);
}

void board::finish(int rank, exit_status status) const noexcept {
    board_cell& mine = cell(rank);
    mine.status.store(static_cast<int>(status), std::memory_order_relaxed);
    mine.where.store(phase::finished, std::memory_order_relaxed);
    mine.state.store(rank_state::finished, std::memory_order_release);
}

void board::fail(int rank, exit_status status, std::string_view text) const noexcept {
    board_cell& mine = cell(rank);
    copy_to_board(mine.text, text);
    mine.status.store(static_cast<int>(status), std::memory_order_relaxed);
    mine.state.store(rank_state::failed, std::memory_order_release);
}

bool board::decide(const verdict& found) const noexcept {
    std::uint32_t none = 0;
    board_header& head = header();
    if (!head.verdict_state.compare_exchange_strong(none, 1)) {
        return false;
    }
    head.verdict.set(found);
    head.verdict_state.store(2, std::memory_order_release);
    return true;
}

bool board::decide(exit_status status, std::string_view text) const {
    verdict found;
    found.status = status;
    found.text = text;
    return decide(found);
}

bool board::decided() const noexcept {
    return header().verdict_state.load(std::memory_order_acquire) == 2;
}

verdict board::decision() const {
    return header().verdict.get();
}

exit_status board::verdict_status() const noexcept {
    return static_cast<exit_status>(header().verdict.status.load(std::memory_order_relaxed));
}

std::string board::verdict_text() const {
    return header().verdict.text.data();
}

void board::place_host(int host, int hosts, std::string_view name,
                       std::span<const std::int32_t> ranks_here) const noexcept {
    for (std::size_t i = 0; i < ranks_here.size() && i < std::size_t(ranks()); ++i) {
        cell(static_cast<int>(i)).job_rank.store(ranks_here[i], std::memory_order_relaxed);
    }
    header().place.set(host, hosts, name);
}

int board::host() const noexcept {
    return header().place.host.load(std::memory_order_acquire);
}

int board::hosts() const noexcept {
    return std::max(1, header().place.hosts.load(std::memory_order_acquire));
}

std::string board::host_name() const {
    return header().place.name();
}

void board::note(std::string_view text) const noexcept {
    header().notes.add(text);
}

std::vector<std::string> board::notes(std::size_t first) const {
    return header().notes.from(first);
}

}  // namespace railgauge
