// `railgauge run --hosts`: has the ranks started on other hosts.
#pragma once

#include "harness/base/exit_status.hpp"
#include "harness/cli/run_job.hpp"

namespace railgauge {

/// Starts mpiexec for `--launches` launches. Rank 0 writes the file, on its host, and prints.
[[nodiscard]] exit_status run_on_hosts(const run_job& job);

}  // namespace railgauge
