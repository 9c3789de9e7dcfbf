// Watches a board: finds ranks that died, stopped, stick or failed, and says so in a verdict.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "harness/launch/board.hpp"

namespace railgauge {

/// Why a job ends early. `rank` is the first of those that are to blame.
struct verdict {
    exit_status status = exit_status::unfinished;
    std::string text;  ///< rank, host, pid, point, phase, and for how long
    int rank = -1;
    std::int64_t point = -1;  ///< of that rank; -1: none
    phase where = phase::starting;
};

/// One look at a time, by whoever has the time to look: the forking parent, the parent of an
/// mpiexec, or a monitor_thread. Not thread-safe.
class monitor {
public:
    explicit monitor(std::shared_ptr<board> watched);

    /// Tells that `rank` has ended, with waitpid's status. Known by parents only; without it a
    /// death is still seen, but not the signal.
    void note_exit(int rank, int wait_status);

    /// Reads the board once (every 20 to 100 ms). A verdict is returned once, and is on the board
    /// by then. Failures of a rank (an exception) are a verdict too.
    [[nodiscard]] std::optional<verdict> look();

    /// SIGKILL to every rank on the board that has not ended, but for `spare`.
    void end_ranks(pid_t spare = 0) const noexcept;
    /// True when no rank of the board is alive.
    [[nodiscard]] bool all_gone() const;

private:
    struct view;
    [[nodiscard]] std::optional<verdict> judge(std::int64_t now_ns);
    [[nodiscard]] std::optional<verdict> judge_failed() const;
    [[nodiscard]] std::optional<verdict> judge_dead();
    [[nodiscard]] std::optional<verdict> judge_late(std::int64_t now_ns);
    [[nodiscard]] std::vector<int> culprits(std::int64_t now_ns) const;
    [[nodiscard]] verdict blame(const std::vector<int>& ranks, std::int64_t now_ns) const;
    [[nodiscard]] std::string describe(int rank, std::int64_t now_ns) const;
    [[nodiscard]] std::int64_t since(int rank) const;

    std::shared_ptr<board> board_;
    std::string host_;
    std::vector<std::optional<int>> exits_;  ///< waitpid's status, by rank
    std::int64_t awake_since_ns_;  ///< after a pause of the watcher itself, nobody is late yet
    std::int64_t last_look_ns_;
    std::int64_t suspicion_ns_ = 0;  ///< when a deadline was first found passed
    bool done_ = false;
};

/// What the command does with a verdict when there is no parent to return it to.
struct verdict_actions {
    /// Prints it and appends it to the results. Runs in the monitor's thread, before ranks end.
    std::function<void(const verdict&)> tell;
    /// Leaves the process (_exit) with the status. Runs after the host's other ranks were ended.
    std::function<void(exit_status)> leave;
};

/// The monitor of a job that the user's own launcher started: a thread of local rank 0, and of
/// local rank 1 as a deputy that looks on and steps in when the first is stopped or dead.
class monitor_thread {
public:
    monitor_thread(std::shared_ptr<board> watched, int local_rank, verdict_actions actions);
    ~monitor_thread();
    monitor_thread(const monitor_thread&) = delete;
    monitor_thread& operator=(const monitor_thread&) = delete;

private:
    void watch(const std::stop_token& stop);
    [[nodiscard]] bool on_duty();

    std::shared_ptr<board> board_;
    int local_rank_;
    verdict_actions actions_;
    std::jthread thread_;
};

}  // namespace railgauge
