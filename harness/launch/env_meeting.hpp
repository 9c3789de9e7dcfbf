// The meeting of ranks whose scheduler or operator tells them in the environment who they are and
// where rank 0 is (job_environment.hpp). No MPI is needed.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "harness/launch/board.hpp"
#include "harness/launch/job_environment.hpp"
#include "harness/launch/job_secret.hpp"
#include "harness/launch/monitor_thread.hpp"
#include "harness/launch/seat_finding.hpp"
#include "harness/launch/world.hpp"

namespace railgauge {

/// What the connections of a job are proven with.
struct env_secret {
    job_secret secret;
    /// False: nobody gave one, so it is derived from what the environment says of the job, which
    /// keeps other jobs and port scans out, but no one who can guess those variables.
    bool given = false;
};

/// RAILGAUGE_SECRET, else the content of the file that RAILGAUGE_SECRET_FILE names, else derived.
/// Throws usage_error for an empty one, system_error for a file that cannot be read.
[[nodiscard]] env_secret secret_of(const job_environment& job, const variable_reader& get = {});

struct env_meeting_options {
    board_limits limits;
    std::string version = version_to_compare();
    std::string management;  ///< interface, network or address to listen on; empty: found
    /// Told of strangers' connections, at rank 0; may be empty.
    std::function<void(const std::string&)> note;
    /// Called at rank 0 once all have met, before `body`; may be empty.
    std::function<void(const std::vector<met_host>&)> on_met;
};

struct env_rank_result {
    exit_status status = exit_status::fine;
    /// What went wrong before the ranks had met, for this process to print; empty where another
    /// rank says it.
    std::string failure;
};

/// Called on one rank of the job from start to end, with the same body as run_forked. Rank 0
/// listens on the job's master address and port, all others connect to it; then as in
/// seat_finding.hpp. Ranks may start in any order, up to `limits.start` apart. Throws nothing.
[[nodiscard]] env_rank_result run_env_rank(const job_environment& job,
                                           const env_meeting_options& options,
                                           const verdict_actions& actions,
                                           const std::function<exit_status(world&)>& body);

}  // namespace railgauge
