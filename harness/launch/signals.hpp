// SIGINT and SIGTERM as a wish to stop in good order.
#pragma once

#include <signal.h>

#include <atomic>
#include <cstdint>

namespace railgauge {

/// How a process takes part.
enum class interrupt_role {
    watcher,   ///< counts every signal: the second one means at once
    rank,      ///< sets the flag; a forked rank's SIGINT is left to the watcher
    mpi_rank,  ///< sets the flag for SIGINT too
};

/// Handlers for SIGINT and SIGTERM that write to `flag`, for as long as this lives; the handlers
/// from before are put back then. One at a time in a process.
class interrupt_guard {
public:
    interrupt_guard(std::atomic<std::uint32_t>& flag, interrupt_role role);
    ~interrupt_guard();
    interrupt_guard(const interrupt_guard&) = delete;
    interrupt_guard& operator=(const interrupt_guard&) = delete;

private:
    struct sigaction before_int_ {};
    struct sigaction before_term_ {};
};

}  // namespace railgauge
