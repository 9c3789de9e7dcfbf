// The meeting of ranks that an MPI launcher started. MPI only carries the board's address; after
// that it is just a library to be measured.
#pragma once

#include <memory>

#include "harness/launch/board.hpp"
#include "harness/launch/monitor.hpp"
#include "harness/launch/mpi_library.hpp"
#include "harness/launch/world.hpp"

namespace railgauge {

/// Variables by which a railgauge that starts mpiexec tells its ranks so.
inline constexpr const char* board_variable = "RAILGAUGE_BOARD";

struct mpi_meeting_result {
    std::shared_ptr<board> where;
    std::unique_ptr<world> ranks;
    /// True where a railgauge parent watches the board; else the caller starts a monitor_thread.
    bool watched_by_parent = false;
};

/// Initialises MPI, checks that the launcher fits (launcher.hpp) and that all ranks are on this
/// host (capability_error otherwise), and joins them on a board. Rank and size are MPI's.
[[nodiscard]] mpi_meeting_result meet_by_mpi(mpi_library& mpi, const board_limits& limits);

/// One rank of an MPI job from start to end, with the same body as run_forked: meets, runs a
/// monitor_thread with `actions` unless a parent watches, follows SIGINT and SIGTERM, publishes an
/// exception on the board. Returns the status that the process must leave with: after a return
/// of `body` MPI is finalised; after an exception it is not, and the caller must leave by _exit
/// since peers may hang in MPI.
struct mpi_rank_result {
    exit_status status = exit_status::fine;
    bool finalised = false;
    std::string failure;  ///< what this rank threw; empty when it did not
};
[[nodiscard]] mpi_rank_result run_mpi_rank(mpi_library& mpi, const board_limits& limits,
                                           const verdict_actions& actions,
                                           const std::function<exit_status(world&)>& body);

}  // namespace railgauge
