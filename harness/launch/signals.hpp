// SIGINT, SIGTERM and SIGHUP as a wish to stop in good order.
#pragma once

#include <signal.h>

#include <atomic>
#include <cstdint>

namespace railgauge {

/// How a process takes part.
enum class interrupt_role {
    watcher,   ///< the parent of the ranks: it also counts
    rank,      ///< a forked rank: a terminal's SIGINT reaches the watcher as well, so it is ignored
    mpi_rank,  ///< its launcher passes SIGINT on
};

/// Handlers for SIGINT, SIGTERM and (unless it is ignored) SIGHUP that set `flag` to 1, for as long
/// as this lives; the handlers from before are put back then, and what they set: guards may stand
/// in each other.
class interrupt_guard {
public:
    interrupt_guard(std::atomic<std::uint32_t>& flag, interrupt_role role);
    ~interrupt_guard();
    interrupt_guard(const interrupt_guard&) = delete;
    interrupt_guard& operator=(const interrupt_guard&) = delete;

    /// Asked every few milliseconds by a watcher: true once the user has interrupted a second time.
    /// What comes together with the first signal (a terminal and `timeout` or `sudo` both pass
    /// Ctrl-C on) is one wish.
    [[nodiscard]] bool insisted(std::int64_t now_ns) noexcept;

private:
    std::atomic<std::uint32_t>* before_flag_ = nullptr;
    struct sigaction before_hup_ {};
    struct sigaction before_int_ {};
    struct sigaction before_term_ {};
    std::int64_t first_seen_ns_ = 0;
    std::uint32_t first_count_ = 0;
};

}  // namespace railgauge
