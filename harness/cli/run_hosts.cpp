#include "harness/cli/run_hosts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "harness/base/error.hpp"
#include "harness/cli/run_parent.hpp"
#include "harness/cli/say.hpp"
#include "harness/launch/launcher.hpp"
#include "harness/launch/mpi_modules.hpp"
#include "harness/launch/mpiexec_hosts.hpp"

namespace railgauge {

exit_status run_on_hosts(const run_job& job) {
    const auto module = choose_mpi_module(find_mpi_modules(), {});
    if (!module) {
        throw capability_error(
            "--hosts starts mpiexec, and no MPI module was built: install libmpich-dev and mpich "
            "and build again, or start the ranks with RANK, WORLD_SIZE, MASTER_ADDR and "
            "MASTER_PORT set");
    }
    mpiexec_hosts_options options;
    options.hosts = parse_host_list(job.options.hosts, job.options.ranks);
    options.flavour = module->flavour;
    options.argv = job.command;
    options.argv.front() = std::filesystem::read_symlink("/proc/self/exe").string();
    options.management = job.options.management;
    options.start = job.limits.start;
    options.note = [](const std::string& text) { say(fmt::format("railgauge: {}\n", text)); };
    exit_status status = exit_status::fine;
    for (int launch = 0; launch < job.options.launches; ++launch) {
        options.environment = {{launch_variable, std::to_string(launch)}, {file_variable, job.out}};
        const mpiexec_hosts_result result = run_mpiexec_on_hosts(options);
        status = result.status;
        if (!result.reason.empty()) say(fmt::format("railgauge: {}\n", result.reason));
        if (status != exit_status::fine || result.interrupted) break;
    }
    return status;
}

}  // namespace railgauge
