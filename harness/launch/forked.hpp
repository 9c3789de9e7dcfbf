// The meeting that needs nothing: the command forks its ranks and watches them.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "harness/launch/board.hpp"
#include "harness/launch/monitor.hpp"

namespace railgauge {

struct forked_options {
    int ranks = 2;
    board_limits limits;
    /// Called by the parent about every 50 ms; may be empty.
    std::function<void()> on_tick;
};

/// How one rank ended.
struct rank_outcome {
    pid_t pid = 0;
    int exit_code = -1;  ///< -1: it was ended by a signal
    int signal = 0;      ///< 0: it left by itself
};

struct forked_result {
    /// The verdict's status, else rank 0's, else the first other one that is not fine.
    exit_status status = exit_status::fine;
    std::optional<verdict> ended_by;  ///< none: every rank left by itself
    bool interrupted = false;         ///< SIGINT or SIGTERM arrived
    std::vector<rank_outcome> ranks;
};

/// Forks `ranks` processes, each of which runs `body` with its world and leaves with its status,
/// and returns when none of them, and nothing that they started, is left. The calling process must
/// have one thread and must not have touched MPI, CUDA or UCX. An exception of `body` ends the job
/// with its status and text (`ended_by`); an `error`'s own status, `cannot` for others.
/// SIGINT and SIGTERM set the board's flag (world::interrupted); a second one ends the job with
/// status unfinished. Ranks die with the caller. Throws system_error where fork fails.
[[nodiscard]] forked_result run_forked(const forked_options& options,
                                       const std::function<exit_status(world&)>& body);

}  // namespace railgauge
