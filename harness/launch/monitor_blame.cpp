// Who is to blame once a deadline has passed, and the words that say so.

#include <fmt/format.h>
#include <string.h>
#include <sys/wait.h>

#include <algorithm>

#include "harness/launch/monitor.hpp"
#include "harness/launch/process.hpp"

namespace railgauge {

namespace {

/// More names do not help; the text says how many there are.
constexpr std::size_t names_limit = 8;

}  // namespace

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

}  // namespace railgauge
