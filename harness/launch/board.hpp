// The board: one shared segment a host, on which every rank shows where it stands and the monitor
// shows its verdict. It lives as long as anyone maps it, so it survives the death of any rank.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/exit_status.hpp"
#include "harness/base/shared_segment.hpp"
#include "harness/launch/board_words.hpp"
#include "harness/launch/verdict.hpp"
#include "harness/launch/world.hpp"

namespace railgauge {

/// Nanoseconds of CLOCK_MONOTONIC, which all processes of a host share.
[[nodiscard]] std::int64_t monotonic_ns() noexcept;

/// How long ranks may take before the monitor ends the job.
struct board_limits {
    std::chrono::nanoseconds start = std::chrono::seconds(30);  ///< until the first other phase
    std::chrono::nanoseconds step = std::chrono::seconds(10);   ///< any call or phase afterwards
};

enum class rank_state : std::uint32_t {
    absent,  ///< nobody has attached to this cell yet
    running,
    finished,  ///< its work has returned; `status` says with what
    failed,    ///< it threw; `status` and `text` say what
};

/// The collective call in which a rank waits.
enum class board_call : std::uint32_t { none, barrier, broadcast, gather, reduce_max, split };
[[nodiscard]] std::string_view name_of(board_call call) noexcept;

/// What one rank shows. Written by that rank alone (`pid` also by a forking parent), read by the
/// monitor; every field is an atomic or is published by one.
struct alignas(64) board_cell {
    std::atomic<std::int64_t> pid;
    std::atomic<std::int32_t> job_rank;  ///< what messages call this rank; the cell's is local
    std::atomic<rank_state> state;
    std::atomic<phase> where;
    std::atomic<std::int64_t> point;      ///< -1: none
    std::atomic<std::int64_t> since_ns;   ///< last sign of life, monotonic
    std::atomic<std::int64_t> limit_ns;   ///< allowed from `since_ns` on
    std::atomic<std::uint64_t> progress;  ///< collective calls begun; equal in ranks in step
    std::atomic<board_call> call;
    std::atomic<std::int32_t> status;  ///< of finished and failed
    std::array<char, 960> text;        ///< of failed, zero-terminated
};

/// In a collective call of the World.
[[nodiscard]] inline bool waits(const board_cell& cell) noexcept {
    return cell.call.load(std::memory_order_acquire) != board_call::none;
}

/// Has not ended, as far as the board says.
[[nodiscard]] inline bool is_live(rank_state state) noexcept {
    return state == rank_state::running || state == rank_state::absent;
}

struct alignas(64) board_header {
    std::uint64_t magic;
    std::int32_t ranks;
    std::int32_t oversubscribed;  ///< more ranks than cores: waiting must not spin
    std::int64_t start_limit_ns;
    std::int64_t step_limit_ns;
    std::int64_t created_ns;
    board_place place;
    alignas(64) std::atomic<std::uint32_t> interrupted;  ///< 1 after SIGINT or SIGTERM
    std::atomic<std::uint32_t> verdict_state;            ///< 0 none, 1 being written, 2 there
    std::atomic<std::uint32_t> verdict_told;             ///< 1: it has been printed and recorded
    std::atomic<std::uint32_t> verdict_passed;           ///< 1: the other hosts have been sent it
    std::atomic<std::uint32_t> tree_watched;             ///< 1: somebody will pass verdicts on
    board_verdict verdict;
    board_suspicions suspicions;
    board_notes notes;
    alignas(64) std::atomic<std::int64_t> monitor_pid;  ///< the process that watches; 0: nobody yet
    std::atomic<std::int64_t> monitor_seen_ns;          ///< its own sign of life
};

/// A mapped board. Processes of one host attach to the same one, each rank to its own cell.
class board {
public:
    /// A fresh board for `ranks` ranks of this host. Throws as shared_segment::create.
    [[nodiscard]] static std::shared_ptr<board> create(int ranks, const board_limits& limits);
    /// Throws as shared_segment::open, and capability_error where the segment is no board of this
    /// version of railgauge.
    [[nodiscard]] static std::shared_ptr<board> open(const segment_handle& handle);

    [[nodiscard]] segment_handle handle() const noexcept { return segment_.handle(); }
    [[nodiscard]] int ranks() const noexcept { return header().ranks; }
    [[nodiscard]] board_header& header() const noexcept;
    [[nodiscard]] board_cell& cell(int rank) const noexcept;
    /// The memory of the whole job's exchange (exchange::bytes_for(ranks()) bytes).
    [[nodiscard]] std::byte* exchange_memory() const noexcept;

    /// This process is now `rank`: fills its cell.
    void attach(int rank) const noexcept;
    /// This rank's work has returned.
    void finish(int rank, exit_status status) const noexcept;
    /// This rank threw; the text is cut to what the cell holds.
    void fail(int rank, exit_status status, std::string_view text) const noexcept;

    /// Publishes a verdict; the first one stands. True where this call's was the first.
    bool decide(const verdict& found) const noexcept;
    bool decide(exit_status status, std::string_view text) const;
    [[nodiscard]] bool decided() const noexcept;
    /// Valid once `decided`.
    [[nodiscard]] verdict decision() const;
    [[nodiscard]] exit_status verdict_status() const noexcept;
    [[nodiscard]] std::string verdict_text() const;

    /// With several hosts: which of them this one is, and which of the job's ranks sit at its
    /// cells. Every rank that joins says so, and all say the same.
    void place_host(int host, int hosts, std::string_view name,
                    std::span<const std::int32_t> ranks_here) const noexcept;
    /// This host's index and the number of hosts; 0 and 1 until `place_host`.
    [[nodiscard]] int host() const noexcept;
    [[nodiscard]] int hosts() const noexcept;
    /// As the ranks said, else what gethostname says.
    [[nodiscard]] std::string host_name() const;

    /// Something to tell the user that is no reason to stop: a stranger's connection, say. On host
    /// 0's board the notes of all hosts come together. What the board has no room for is counted.
    void note(std::string_view text) const noexcept;
    /// From the `first` note on; a last line says how many there was no room for.
    [[nodiscard]] std::vector<std::string> notes(std::size_t first = 0) const;

private:
    explicit board(shared_segment segment) : segment_(std::move(segment)) {}

    shared_segment segment_;
};

}  // namespace railgauge
