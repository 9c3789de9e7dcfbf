// Starting an MPI launcher, and watching the ranks that it starts.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "harness/launch/board.hpp"
#include "harness/launch/monitor.hpp"

namespace railgauge {

struct mpiexec_options {
    int ranks = 2;
    std::string flavour;            ///< of the module: "mpich", "openmpi", "default", "custom"
    std::vector<std::string> argv;  ///< the ranks' command line, the program's path first
    std::vector<std::pair<std::string, std::string>> environment;  ///< added for the ranks
    board_limits limits;
    std::function<void()> on_tick;  ///< about every 50 ms; may be empty
};

struct mpiexec_result {
    exit_status status = exit_status::fine;
    std::optional<verdict> ended_by;
    bool interrupted = false;
};

/// Runs `argv` on `ranks` ranks of this host under the launcher, with a board (board_variable) that
/// this process watches; returns when no process is left. Throws capability_error where there is no
/// launcher, system_error where it cannot be started.
[[nodiscard]] mpiexec_result run_mpiexec(const mpiexec_options& options);

}  // namespace railgauge
