// Watches a board: finds ranks that died, stopped, stick or failed, and says so in a verdict.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "harness/launch/board.hpp"

namespace railgauge {

/// How long ranks have for leaving by themselves after one of them failed.
inline constexpr std::chrono::milliseconds leaving_grace{1000};

/// One look at a time, by whoever has the time to look: the forking parent, the parent of an
/// mpiexec, or a monitor_thread (monitor_thread.hpp). Not thread-safe.
class monitor {
public:
    explicit monitor(std::shared_ptr<board> watched);

    /// Tells that `rank` has ended, with waitpid's status. Known by parents only; without it a
    /// death is still seen, but not the signal.
    void note_exit(int rank, int wait_status);

    /// Reads the board once (every 20 to 100 ms). A verdict is returned once, and is on the board
    /// by then: this host's, or one that came from another host. Failures of a rank (an exception)
    /// are a verdict too.
    [[nodiscard]] std::optional<verdict> look();

    /// In place of look where another monitor is on duty.
    void rest() noexcept;

    /// SIGKILL to every rank on the board that has not finished, but for `spare`.
    void end_ranks(pid_t spare = 0) const noexcept;
    /// True when no rank of the board but `spare` is alive.
    [[nodiscard]] bool all_gone(pid_t spare = 0) const noexcept;

private:
    [[nodiscard]] std::optional<verdict> judge_failed() const;
    [[nodiscard]] std::optional<verdict> judge_dead(std::int64_t now_ns) const;
    [[nodiscard]] std::optional<verdict> judge_late(std::int64_t now_ns);
    /// With several hosts a late rank may be another host's fault: what is only suspected here is
    /// judged at host 0, together with what the others suspect.
    [[nodiscard]] std::optional<verdict> suspect(verdict found, std::int64_t now_ns);
    [[nodiscard]] std::optional<verdict> judge_suspicions(std::int64_t now_ns);
    [[nodiscard]] verdict blame_another_host(std::int64_t now_ns) const;
    [[nodiscard]] bool anyone_stopped() const;
    /// Who is to blame once a deadline has passed.
    [[nodiscard]] std::vector<int> culprits(std::int64_t now_ns) const;
    [[nodiscard]] verdict blame(const std::vector<int>& ranks, std::int64_t now_ns) const;
    [[nodiscard]] std::string describe(int rank, std::int64_t now_ns) const;
    /// The last sign of life that counts.
    [[nodiscard]] std::int64_t since(int rank) const;

    std::shared_ptr<board> board_;
    std::string host_;
    std::vector<std::optional<int>> exits_;  ///< waitpid's status, by rank
    std::int64_t awake_since_ns_;  ///< after a pause of the watcher itself, nobody is late yet
    std::int64_t last_look_ns_;
    std::int64_t suspicion_ns_ = 0;  ///< when a deadline was first found passed
    std::int64_t suspected_ns_ = 0;  ///< when host 0 was told, or was first told
    bool suspected_here_ = false;
    bool done_ = false;
};

}  // namespace railgauge
