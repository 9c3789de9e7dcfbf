// One rank of a run whose ranks something else started: the user's own launcher or scheduler, or
// the mpiexec of a railgauge parent.
#pragma once

#include "harness/base/exit_status.hpp"
#include "harness/cli/run_options.hpp"
#include "harness/launch/job_environment.hpp"
#include "harness/launch/launcher.hpp"

namespace railgauge {

/// Meets the other ranks over MPI and runs the job. Does not return where MPI may hang after a
/// failure: it leaves the process with the status. Throws what make_job throws, and
/// capability_error where there is no MPI module for this launcher.
[[nodiscard]] exit_status run_as_rank(const run_options& options, std::vector<std::string> command,
                                      const launcher_environment& launcher);

/// Meets the other ranks by what the environment says of the job, and runs it. Throws as
/// run_as_rank.
[[nodiscard]] exit_status run_by_environment(const run_options& options,
                                             std::vector<std::string> command,
                                             const job_environment& job);

}  // namespace railgauge
