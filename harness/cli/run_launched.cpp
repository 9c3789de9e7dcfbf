#include "harness/cli/run_launched.hpp"

#include <fmt/format.h>

#include <charconv>
#include <chrono>
#include <memory>
#include <thread>
#include <utility>

#include "harness/base/error.hpp"
#include "harness/base/units.hpp"
#include "harness/cli/met_ranks.hpp"
#include "harness/cli/record_sink.hpp"
#include "harness/cli/run_parent.hpp"
#include "harness/cli/run_ranks.hpp"
#include "harness/cli/say.hpp"
#include "harness/cli/self_recorded_run.hpp"
#include "harness/launch/mpi_meeting.hpp"
#include "harness/launch/roll_call.hpp"

namespace railgauge {
namespace {

int launch_number() {
    int launch = 0;
    const std::string text = variable(launch_variable);
    std::from_chars(text.data(), text.data() + text.size(), launch);
    return launch;
}

// A rank whose parent opened the file and prints the table.
mpi_rank_result run_for_parent(const run_job& job, mpi_library& mpi) {
    const launch_work work{&job, launch_number(), probe_from_text(variable(probe_variable)),
                           [&job] { return std::make_unique<record_sink>(job); }};
    mpi_meeting_options options;
    options.limits = job.limits;
    return run_mpi_rank(mpi, options, {}, [&work](world& group) { return run_ranks(group, work); });
}

// A rank under the user's own launcher, or one that a railgauge on another host had started:
// rank 0 does what else the parent does. `caller` may be null.
mpi_rank_result run_alone(run_job job, probe_figures probe, mpi_library& mpi, roll_call* caller) {
    self_recorded_run rank(std::move(job), std::move(probe), launch_number());
    mpi_meeting_options options;
    options.limits = rank.job().limits;
    options.management = rank.job().options.management;
    options.on_met = [&rank](const std::vector<met_host>& hosts) {
        rank.note_meeting("mpi", hosts, "random, over MPI");
    };
    return run_mpi_rank(mpi, options, rank.actions(), [&](world& group) {
        if (caller != nullptr) caller->met();
        return rank.body(group);
    });
}

// Tells the railgauge that had this rank started, if there is one, that it has come. What that one
// gave up for it says itself.
std::unique_ptr<roll_call> answer_caller(const run_options& options,
                                         const launcher_environment& launcher) {
    try {
        return roll_call::answer(launcher.rank.value_or(0), launcher.size.value_or(1),
                                 parse_duration(options.start_deadline));
    } catch (const told_error& told) {
        leave_at_once(told.status());
    }
}

// Initialises MPI and plans. What is wrong is wrong on every rank: the first one says it.
run_job join(mpi_library& mpi, const run_options& options, std::vector<std::string> command,
             const launcher_environment& launcher) {
    const bool has_parent = !variable(board_variable).empty();
    const bool called = !variable(roll_call_variable).empty();
    mpi.initialise();
    try {
        require_matching_mpi(launcher, mpi.version(), mpi.size());
        refuse_what_launchers_cannot(options, mpi.size(), has_parent || called);
        run_job job =
            make_job(options, std::move(command), mpi.size(), launcher.local_size.value_or(0));
        if (has_parent || called) job.out = variable(file_variable);
        return job;
    } catch (const error& wrong) {
        if (launcher.rank.value_or(0) != 0) {
            // A launcher ends the other ranks as soon as one has left: the first one speaks before.
            std::this_thread::sleep_for(std::chrono::seconds(1));
        } else {
            say(fmt::format("railgauge: {}\n", wrong.what()));
        }
        // Not by returning: MPI is up, and a wrong one's exit handlers are not to be trusted.
        leave_at_once(wrong.status());
    }
}

}  // namespace

exit_status run_as_rank(const run_options& options, std::vector<std::string> command,
                        const launcher_environment& launcher) {
    const bool has_parent = !variable(board_variable).empty();
    probe_figures probe;
    // Before MPI is there, since the probe forks; the others wait in MPI's initialisation.
    if (!has_parent && launcher.rank.value_or(0) == 0) probe = take_probe();

    const auto caller = answer_caller(options, launcher);
    mpi_library& mpi = mpi_library_for(launcher);
    run_job job = join(mpi, options, std::move(command), launcher);
    const mpi_rank_result result =
        has_parent ? run_for_parent(job, mpi)
                   : run_alone(std::move(job), std::move(probe), mpi, caller.get());
    if (!result.failure.empty() && !has_parent) {
        say(fmt::format("railgauge: {}\n", result.failure));
    }
    if (!result.finalised) leave_at_once(result.status);
    return result.status;
}

}  // namespace railgauge
