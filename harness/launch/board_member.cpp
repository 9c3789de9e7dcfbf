#include "harness/launch/board_member.hpp"

#include <algorithm>
#include <utility>

namespace railgauge {

board_member::board_member(std::shared_ptr<board> where, int place, std::string_view meeting)
    : board_(std::move(where)),
      cell_(board_->cell(place)),
      place_(place),
      host_name_(board_->host_name()),
      meeting_(meeting),
      call_began_ns_(monotonic_ns()) {}

void board_member::enter(phase where, std::int64_t point) noexcept {
    cell_.point.store(point, std::memory_order_relaxed);
    if (cell_.where.load(std::memory_order_relaxed) == phase::starting &&
        where != phase::starting && !limit_was_set_) {
        cell_.limit_ns.store(board_->header().step_limit_ns, std::memory_order_relaxed);
    }
    cell_.where.store(where, std::memory_order_relaxed);
    heartbeat();
}

void board_member::set_deadline(std::chrono::nanoseconds limit) noexcept {
    limit_was_set_ = true;
    cell_.limit_ns.store(limit.count(), std::memory_order_relaxed);
    heartbeat();
}

void board_member::heartbeat() noexcept {
    cell_.since_ns.store(monotonic_ns(), std::memory_order_release);
}

bool board_member::interrupted() const noexcept {
    return board_->header().interrupted.load(std::memory_order_relaxed) != 0;
}

void board_member::look_up() const {
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

board_member::call_mark::call_mark(board_member& owner, board_call call) : owner_(owner) {
    owner_.cell_.progress.fetch_add(1, std::memory_order_relaxed);
    owner_.call_began_ns_ = monotonic_ns();
    owner_.cell_.since_ns.store(owner_.call_began_ns_, std::memory_order_relaxed);
    owner_.cell_.call.store(call, std::memory_order_release);
}

board_member::call_mark::~call_mark() {
    owner_.heartbeat();
    owner_.cell_.call.store(board_call::none, std::memory_order_release);
}

}  // namespace railgauge
