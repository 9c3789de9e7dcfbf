// The meeting of ranks that an MPI launcher started. MPI only carries what they settle then
// (seat_finding.hpp); after that it is just a library to be measured.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "harness/launch/board.hpp"
#include "harness/launch/monitor_thread.hpp"
#include "harness/launch/mpi_library.hpp"
#include "harness/launch/seat_finding.hpp"
#include "harness/launch/world.hpp"

namespace railgauge {

/// The variable by which a railgauge that started mpiexec tells its ranks the board's handle.
inline constexpr const char* board_variable = "RAILGAUGE_BOARD";

struct mpi_meeting_options {
    board_limits limits;
    std::string version = version_to_compare();
    std::string management;  ///< interface, network or address to listen on; empty: found
    /// Called at rank 0 once all have met, before `body`, unless a parent watches; may be empty.
    std::function<void(const std::vector<met_host>&)> on_met;
};

/// How one rank of an MPI job ended.
struct mpi_rank_result {
    /// What the process must leave with. Fine wherever a railgauge parent reads the true status
    /// from the board: a launcher that sees another one kills the rest, and prints.
    exit_status status = exit_status::fine;
    /// MPI was finalised; else peers may hang in MPI, and the process must leave by _exit.
    bool finalised = false;
    /// What went wrong before the ranks had met, for this process to print; empty on all ranks but
    /// the first, which return a second later, and where a monitor says it.
    std::string failure;
};

/// Called on one rank of an MPI job from start to end, with the same body as run_forked:
/// initialises MPI, checks that the launcher belongs to it (launcher.hpp), finds every rank's seat
/// (seat_finding.hpp), joins the ranks of each host on a board and the hosts in a tree, follows
/// SIGINT and SIGTERM, runs `body`, finalises MPI. Unless a railgauge parent watches the board
/// (then all ranks are on its host), local ranks 0 and 1 of each host run a monitor_thread with
/// `actions`. An exception of `body` is published on the board and ends the job. Throws nothing.
[[nodiscard]] mpi_rank_result run_mpi_rank(mpi_library& mpi, const mpi_meeting_options& options,
                                           const verdict_actions& actions,
                                           const std::function<exit_status(world&)>& body);

}  // namespace railgauge
