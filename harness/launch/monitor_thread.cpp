#include "harness/launch/monitor_thread.hpp"

#include <signal.h>
#include <unistd.h>

#include <string>
#include <utility>
#include <vector>

#include "harness/launch/process.hpp"

namespace railgauge {

namespace {

constexpr std::chrono::milliseconds tick{50};
constexpr std::size_t most_notes = 8;

/// What was noted before may be the cause: a link that was lost, say.
std::string with_notes(std::string text, const std::vector<std::string>& notes) {
    for (std::size_t i = 0; i < notes.size() && i < most_notes; ++i) {
        text += (i == 0 ? "; noted before: " : "; ") + notes[i];
    }
    return text;
}

}  // namespace

monitor_thread::monitor_thread(std::shared_ptr<board> watched, int local_rank,
                               verdict_actions actions)
    : board_(std::move(watched)), local_rank_(local_rank), actions_(std::move(actions)) {
    if (local_rank_ > 1) {
        return;
    }
    // The thread inherits the mask: signals stay with the thread that measures, as without us.
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &before);
    thread_ = std::jthread([this](const std::stop_token& stop) { watch(stop); });
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

monitor_thread::~monitor_thread() = default;

bool monitor_thread::on_duty() {
    board_header& head = board_->header();
    const std::int64_t me = ::getpid();
    std::int64_t holder = head.monitor_pid.load();
    if (holder == me) {
        return true;
    }
    if (holder == 0 && local_rank_ == 0) {
        return head.monitor_pid.compare_exchange_strong(holder, me);
    }
    if (holder == 0 || local_rank_ == 0) {
        return false;
    }
    const bool silent = monotonic_ns() - head.monitor_seen_ns.load() > head.step_limit_ns;
    const bool lost = silent || process_gone(static_cast<pid_t>(holder));
    return lost && head.monitor_pid.compare_exchange_strong(holder, me);
}

void monitor_thread::watch(const std::stop_token& stop) {
    monitor looker(board_);
    while (!stop.stop_requested()) {
        std::optional<verdict> found;
        if (on_duty()) {
            found = looker.look();
            tell_notes();
        } else {
            looker.rest();
        }
        if (found) {
            act_on(*found, looker);
            return;
        }
        std::this_thread::sleep_for(tick);
    }
}

void monitor_thread::tell_notes() {
    if (board_->header().place.host != 0 || !actions_.note) {
        return;
    }
    for (const std::string& note : board_->notes(notes_told_)) {
        actions_.note(note);
        ++notes_told_;
    }
}

void monitor_thread::act_on(const verdict& found, const monitor& looker) {
    board_header& head = board_->header();
    const std::int64_t patience_ns = std::chrono::nanoseconds(leaving_grace).count();
    const auto await = [patience_ns](const auto& condition) {
        const std::int64_t began_ns = monotonic_ns();
        while (!condition() && monotonic_ns() - began_ns < patience_ns) {
            std::this_thread::sleep_for(tick / 5);
        }
    };
    if (found.tell_here && head.verdict_told.load() == 0) {
        verdict told = found;
        if (told.point < 0) {
            // A host that is lost was in no point; this one's first rank, the job's rank 0, was.
            told.point = board_->cell(0).point.load();
            told.where = board_->cell(0).where.load();
        }
        told.text = with_notes(std::move(told.text), board_->notes());
        actions_.tell(told);
        head.verdict_told.store(1, std::memory_order_release);
    }
    // A launcher ends all ranks once one has left badly: first the others must know why, and the
    // host that tells the user must have done so.
    await([&] { return head.tree_watched.load() == 0 || head.verdict_passed.load() != 0; });
    await([&] { return head.verdict_told.load() != 0; });
    await([&] { return !found.failed_by_itself || looker.all_gone(::getpid()); });
    looker.end_ranks(::getpid());
    actions_.leave(found.status);
}

}  // namespace railgauge
