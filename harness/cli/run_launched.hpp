// One rank of a run that a launcher started: the user's own, or the mpiexec of a railgauge parent.
#pragma once

#include "harness/base/exit_status.hpp"
#include "harness/cli/run_options.hpp"
#include "harness/launch/launcher.hpp"

namespace railgauge {

/// Meets the other ranks over MPI and runs the job. Does not return where MPI may hang after a
/// failure: it leaves the process with the status. Throws what make_job throws, and
/// capability_error where there is no MPI module for this launcher.
[[nodiscard]] exit_status run_as_rank(const run_options& options, std::vector<std::string> command,
                                      const launcher_environment& launcher);

}  // namespace railgauge
