// Starting an MPI launcher whose ranks are on other hosts (`--hosts`). Their boards are out of
// sight, so each host's ranks watch themselves; this process sees that they come, and when the
// launcher ends.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "harness/base/exit_status.hpp"
#include "harness/launch/host_list.hpp"

namespace railgauge {

struct mpiexec_hosts_options {
    std::vector<host_ranks> hosts;
    std::string flavour;            ///< of the MPI module: "mpich", "openmpi", "default", "custom"
    std::vector<std::string> argv;  ///< the ranks' command line; the path must exist on all hosts
    std::vector<std::pair<std::string, std::string>> environment;  ///< added for the ranks
    std::string management;  ///< where to listen for the ranks; empty: found
    std::chrono::nanoseconds start = std::chrono::seconds(30);  ///< for each: to come, and to meet
    std::function<void(const std::string&)> note;               ///< told of strangers' connections
};

struct mpiexec_hosts_result {
    exit_status status = exit_status::fine;
    std::string reason;  ///< where the ranks did not say it themselves
    bool interrupted = false;
};

/// Throws capability_error for the first host whose name does not resolve, before anything is
/// started.
void require_known_hosts(const std::vector<host_ranks>& hosts);

/// Starts the ranks and returns when no process of this host is left. What they print passes
/// through. SIGINT and SIGTERM are handed to the ranks; a second one ends them. A host whose ranks
/// do not come, or do not meet the others, within `start` is named, and all are ended. Throws as
/// require_known_hosts, and where no launcher is found or nothing can be listened on.
[[nodiscard]] mpiexec_hosts_result run_mpiexec_on_hosts(const mpiexec_hosts_options& options);

}  // namespace railgauge
