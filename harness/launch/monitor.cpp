#include "harness/launch/monitor.hpp"

#include <fmt/format.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>

#include "harness/launch/process.hpp"

namespace railgauge {

namespace {

/// The watcher itself was stopped or starved when its looks are further apart than this.
constexpr std::int64_t own_pause_ns = 1'000'000'000;
/// Between a deadline found passed and the verdict: ranks that hang for the same reason pass theirs
/// within this, and are judged together.
constexpr std::int64_t suspicion_limit_ns = 250'000'000;
/// Ranks that all wait are late after their limit and this, where they may wait for another host:
/// that one's monitor knows more.
constexpr std::int64_t foreign_patience_ns = 5'000'000'000;
/// How long host 0 collects what hosts suspect.
constexpr std::int64_t collecting_ns = 1'500'000'000;
/// How long the others wait for host 0's judgement.
constexpr std::int64_t judgement_limit_ns = 4'000'000'000;

}  // namespace

monitor::monitor(std::shared_ptr<board> watched)
    : board_(std::move(watched)),
      host_(board_->host_name()),
      exits_(static_cast<std::size_t>(board_->ranks())),
      awake_since_ns_(board_->header().created_ns),
      last_look_ns_(monotonic_ns()) {}

void monitor::note_exit(int rank, int wait_status) {
    exits_[static_cast<std::size_t>(rank)] = wait_status;
}

void monitor::rest() noexcept {
    last_look_ns_ = monotonic_ns();
}

std::optional<verdict> monitor::look() {
    const std::int64_t now_ns = monotonic_ns();
    if (now_ns - last_look_ns_ > own_pause_ns) {
        // Whatever held us up (a suspended machine, Ctrl-Z) may have held up the ranks as well.
        awake_since_ns_ = now_ns;
        suspicion_ns_ = 0;
    }
    last_look_ns_ = now_ns;
    board_->header().monitor_pid.store(::getpid(), std::memory_order_relaxed);
    board_->header().monitor_seen_ns.store(now_ns, std::memory_order_relaxed);
    if (done_) {
        return std::nullopt;
    }
    if (board_->decided()) {
        done_ = true;
        return board_->decision();
    }
    // The ranks may have said their host's name since.
    host_ = board_->host_name();
    std::optional<verdict> found = judge_failed();
    if (!found) {
        found = judge_dead(now_ns);
    }
    if (!found) {
        found = judge_late(now_ns);
    }
    if (!found && board_->hosts() > 1 && board_->host() == 0) {
        found = judge_suspicions(now_ns);
    }
    if (found) {
        done_ = true;
        found->tell_here = board_->host() == 0;
        if (!board_->decide(*found)) {
            return board_->decided() ? std::optional(board_->decision()) : std::nullopt;
        }
    }
    return found;
}

std::optional<verdict> monitor::judge_failed() const {
    for (int rank = 0; rank < board_->ranks(); ++rank) {
        const board_cell& cell = board_->cell(rank);
        if (cell.state.load(std::memory_order_acquire) == rank_state::failed) {
            verdict found = blame({rank}, monotonic_ns());
            found.status = static_cast<exit_status>(cell.status.load());
            found.text =
                fmt::format("rank {} on {}: {}", cell.job_rank.load(), host_, cell.text.data());
            found.failed_by_itself = true;
            return found;
        }
    }
    return std::nullopt;
}

std::optional<verdict> monitor::judge_dead(std::int64_t now_ns) const {
    std::vector<int> dead;
    for (int rank = 0; rank < board_->ranks(); ++rank) {
        const board_cell& cell = board_->cell(rank);
        const auto pid = static_cast<pid_t>(cell.pid.load(std::memory_order_relaxed));
        if (pid == 0 || !is_live(cell.state.load(std::memory_order_acquire))) {
            continue;
        }
        const bool ended = exits_[static_cast<std::size_t>(rank)].has_value() || process_gone(pid);
        // A rank says that it has finished before it leaves: looked at again, now that it has left.
        if (ended && is_live(cell.state.load(std::memory_order_acquire))) {
            dead.push_back(rank);
        }
    }
    if (dead.empty()) {
        return std::nullopt;
    }
    // A launcher kills the others within a millisecond of the first death, so several are found at
    // once. Those that waited for peers when they died did not begin it.
    std::vector<int> first;
    std::copy_if(dead.begin(), dead.end(), std::back_inserter(first),
                 [&](int rank) { return !waits(board_->cell(rank)); });
    return blame(first.empty() ? dead : first, now_ns);
}

std::int64_t monitor::since(int rank) const {
    return std::max(board_->cell(rank).since_ns.load(std::memory_order_acquire), awake_since_ns_);
}

std::optional<verdict> monitor::judge_late(std::int64_t now_ns) {
    bool late = false;
    bool anyone_works = false;
    bool anyone_left = false;
    std::int64_t newest_wait_ns = 0;
    std::int64_t wait_limit_ns = 0;
    for (int rank = 0; rank < board_->ranks(); ++rank) {
        const board_cell& cell = board_->cell(rank);
        if (!is_live(cell.state.load(std::memory_order_acquire))) {
            anyone_left = true;
            continue;
        }
        const std::int64_t limit_ns = cell.limit_ns.load(std::memory_order_relaxed);
        if (waits(cell)) {
            newest_wait_ns = std::max(newest_wait_ns, since(rank));
            wait_limit_ns = std::max(wait_limit_ns, limit_ns);
        } else {
            anyone_works = true;
            late = late || now_ns - since(rank) > limit_ns;
        }
    }
    // Who waits is not late while those it waits for are in time. Where nobody works any more, all
    // wait for someone who has left, or for each other.
    const bool several_hosts = board_->hosts() > 1;
    const bool all_wait = !anyone_works && newest_wait_ns != 0;
    const bool for_another_host = all_wait && several_hosts && !anyone_left;
    if (all_wait) {
        late = now_ns - newest_wait_ns > wait_limit_ns;
        // Whom a signal stopped while it waited holds up the others here, and needs no patience.
        if (late && for_another_host && !anyone_stopped()) {
            late = now_ns - newest_wait_ns > wait_limit_ns + foreign_patience_ns;
        }
    }
    if (!late) {
        suspicion_ns_ = 0;
        return std::nullopt;
    }
    if (suspicion_ns_ == 0) {
        suspicion_ns_ = now_ns;
    }
    if (now_ns - suspicion_ns_ < suspicion_limit_ns) {
        return std::nullopt;
    }
    if (for_another_host && !anyone_stopped()) {
        return suspect(blame_another_host(now_ns), now_ns);
    }
    const std::vector<int> ranks = culprits(now_ns);
    const bool left = std::any_of(ranks.begin(), ranks.end(), [this](int rank) {
        return !is_live(board_->cell(rank).state.load());
    });
    const bool proven = left || anyone_stopped();
    verdict found = blame(ranks, now_ns);
    return several_hosts && !proven ? suspect(std::move(found), now_ns) : std::optional(found);
}

bool monitor::anyone_stopped() const {
    for (int rank = 0; rank < board_->ranks(); ++rank) {
        const board_cell& cell = board_->cell(rank);
        const auto pid = static_cast<pid_t>(cell.pid.load());
        if (pid != 0 && is_live(cell.state.load()) && process_stopped(pid)) {
            return true;
        }
    }
    return false;
}

std::optional<verdict> monitor::suspect(verdict found, std::int64_t now_ns) {
    if (!suspected_here_) {
        suspected_here_ = true;
        board_->header().suspicions.add(found);
        suspected_ns_ = suspected_ns_ == 0 ? now_ns : suspected_ns_;
    }
    const bool left_alone = board_->host() != 0 && now_ns - suspected_ns_ > judgement_limit_ns;
    return left_alone ? std::optional(std::move(found)) : std::nullopt;
}

std::optional<verdict> monitor::judge_suspicions(std::int64_t now_ns) {
    std::vector<verdict> suspected = board_->header().suspicions.all();
    if (suspected.empty()) {
        return std::nullopt;
    }
    suspected_ns_ = suspected_ns_ == 0 ? now_ns : suspected_ns_;
    if (now_ns - suspected_ns_ < collecting_ns) {
        return std::nullopt;
    }
    // A host that names a rank of its own knows more than one that waits for others.
    if (std::any_of(suspected.begin(), suspected.end(),
                    [](const verdict& each) { return each.rank >= 0; })) {
        std::erase_if(suspected, [](const verdict& each) { return each.rank < 0; });
    }
    std::sort(suspected.begin(), suspected.end(),
              [](const verdict& a, const verdict& b) { return a.rank < b.rank; });
    verdict found = suspected.front();
    for (std::size_t i = 1; i < suspected.size(); ++i) {
        found.text += "; " + suspected[i].text;
    }
    const std::uint32_t told = board_->header().suspicions.count.load();
    if (told > board_suspicions::room) {
        found.text += fmt::format("; and {} more hosts", told - board_suspicions::room);
    }
    return found;
}

void monitor::end_ranks(pid_t spare) const noexcept {
    for (int rank = 0; rank < board_->ranks(); ++rank) {
        const board_cell& cell = board_->cell(rank);
        const auto pid = static_cast<pid_t>(cell.pid.load());
        // The pid of one that finished may belong to another process by now.
        if (pid > 0 && pid != spare && !exits_[static_cast<std::size_t>(rank)] &&
            cell.state.load() != rank_state::finished) {
            ::kill(pid, SIGKILL);
        }
    }
}

bool monitor::all_gone(pid_t spare) const noexcept {
    for (int rank = 0; rank < board_->ranks(); ++rank) {
        const auto pid = static_cast<pid_t>(board_->cell(rank).pid.load());
        if (pid > 0 && pid != spare && !exits_[static_cast<std::size_t>(rank)] &&
            !process_gone(pid)) {
            return false;
        }
    }
    return true;
}

}  // namespace railgauge
