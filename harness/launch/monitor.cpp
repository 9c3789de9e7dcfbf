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
/// More names do not help; the text says how many there are.
constexpr std::size_t names_limit = 8;

/// Ranks that all wait are late after their limit and this, where they may wait for another host:
/// that one's monitor knows more.
constexpr std::int64_t foreign_patience_ns = 5'000'000'000;
/// How long host 0 collects what hosts suspect.
constexpr std::int64_t collecting_ns = 1'500'000'000;
/// How long the others wait for host 0's judgement.
constexpr std::int64_t judgement_limit_ns = 4'000'000'000;

bool waits(const board_cell& cell) noexcept {
    return cell.call.load(std::memory_order_acquire) != board_call::none;
}

bool is_live(rank_state state) noexcept {
    return state == rank_state::running || state == rank_state::absent;
}

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

verdict monitor::blame_another_host(std::int64_t now_ns) const {
    const board_cell& leader = board_->cell(0);
    const int host = board_->header().place.waiting_for.load() - 1;
    verdict found;
    found.point = leader.point.load();
    found.where = leader.where.load();
    found.text = fmt::format(
        "all ranks of host {} wait in {} for {:.1f} s{}", host_, name_of(leader.call.load()),
        static_cast<double>(now_ns - since(0)) / 1e9,
        host < 0 ? "" : fmt::format(", its first rank for the job's host of index {}", host));
    return found;
}

std::vector<int> monitor::culprits(std::int64_t now_ns) const {
    std::vector<int> live;
    std::vector<int> working;
    std::vector<int> left;
    for (int rank = 0; rank < board_->ranks(); ++rank) {
        const board_cell& cell = board_->cell(rank);
        if (!is_live(cell.state.load(std::memory_order_acquire))) {
            left.push_back(rank);
            continue;
        }
        live.push_back(rank);
        if (!waits(cell) && now_ns - since(rank) > cell.limit_ns.load() / 2) {
            working.push_back(rank);
        }
    }
    const auto pid_of = [&](int rank) { return static_cast<pid_t>(board_->cell(rank).pid.load()); };
    const auto only = [](const std::vector<int>& ranks, const auto& condition) {
        std::vector<int> chosen;
        std::copy_if(ranks.begin(), ranks.end(), std::back_inserter(chosen), condition);
        return chosen.empty() ? ranks : chosen;
    };
    const auto stopped = [&](int rank) {
        const pid_t pid = pid_of(rank);
        return pid != 0 && process_stopped(pid);
    };
    if (std::any_of(live.begin(), live.end(), stopped)) {
        return only(live, stopped);
    }
    if (working.empty() && !left.empty()) {
        return left;
    }
    std::vector<int> suspects = working.empty() ? live : working;
    std::uint64_t least = UINT64_MAX;
    for (const int rank : suspects) {
        least = std::min(least, board_->cell(rank).progress.load());
    }
    suspects =
        only(suspects, [&](int rank) { return board_->cell(rank).progress.load() == least; });
    // In step, and all within an operation of the transport: the one that sleeps for a reason of
    // its own holds up those that spin or wait for it.
    return only(suspects, [&](int rank) {
        const pid_t pid = pid_of(rank);
        return pid == 0 || (!waits(board_->cell(rank)) && process_asleep_elsewhere(pid));
    });
}

std::string monitor::describe(int rank, std::int64_t now_ns) const {
    const board_cell& cell = board_->cell(rank);
    const auto pid = static_cast<pid_t>(cell.pid.load());
    const rank_state state = cell.state.load(std::memory_order_acquire);
    const std::optional<int>& exit = exits_[static_cast<std::size_t>(rank)];
    const std::int64_t point = cell.point.load();
    const double silent_s = static_cast<double>(now_ns - since(rank)) / 1e9;
    std::string what;
    if (pid == 0) {
        return fmt::format("rank {} (host {}) has not started after {:.1f} s", cell.job_rank.load(),
                           host_, silent_s);
    }
    if (!is_live(state)) {
        what = fmt::format("had already left with status {} while others wait for it",
                           cell.status.load());
    } else if (exit && WIFSIGNALED(*exit)) {
        const int signal = WTERMSIG(*exit);
        what = fmt::format("was killed by signal {} ({})", signal, ::strsignal(signal));
    } else if (exit) {
        what = fmt::format("left with status {} before its work was done", WEXITSTATUS(*exit));
    } else if (process_gone(pid)) {
        what = "has died (it was killed, or it crashed)";
    } else if (process_stopped(pid)) {
        what = fmt::format("is stopped (SIGSTOP, or a debugger): no sign of life for {:.1f} s",
                           silent_s);
    } else if (waits(cell)) {
        what = fmt::format("waits in {} for {:.1f} s", name_of(cell.call.load()), silent_s);
    } else {
        what = fmt::format("does not go on: no sign of life for {:.1f} s", silent_s);
    }
    return fmt::format("rank {} (host {}, pid {}) {}, in {}, phase {}", cell.job_rank.load(), host_,
                       pid, what, point < 0 ? "no point" : fmt::format("point {}", point),
                       name_of(cell.where.load()));
}

verdict monitor::blame(const std::vector<int>& ranks, std::int64_t now_ns) const {
    verdict found;
    for (std::size_t i = 0; i < std::min(ranks.size(), names_limit); ++i) {
        found.text += (i == 0 ? "" : "; ") + describe(ranks[i], now_ns);
    }
    if (ranks.size() > names_limit) {
        found.text += fmt::format("; and {} more ranks", ranks.size() - names_limit);
    }
    std::size_t waiting = 0;
    int example = -1;
    for (int rank = 0; rank < board_->ranks(); ++rank) {
        const board_cell& cell = board_->cell(rank);
        if (is_live(cell.state.load()) && waits(cell) &&
            std::find(ranks.begin(), ranks.end(), rank) == ranks.end()) {
            ++waiting;
            example = example < 0 ? rank : example;
        }
    }
    if (waiting > 0) {
        found.text +=
            fmt::format("; {} rank{} for it, the first is rank {} in {}", waiting,
                        waiting == 1 ? " waits" : "s wait", board_->cell(example).job_rank.load(),
                        name_of(board_->cell(example).call.load()));
    }
    if (!ranks.empty()) {
        const board_cell& cell = board_->cell(ranks.front());
        found.rank = cell.job_rank.load();
        found.point = cell.point.load();
        found.where = cell.where.load();
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
