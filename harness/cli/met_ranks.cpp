#include "harness/cli/met_ranks.hpp"

#include <fmt/format.h>

#include <chrono>
#include <thread>

#include "harness/base/error.hpp"
#include "harness/cli/say.hpp"
#include "harness/cli/self_recorded_run.hpp"
#include "harness/launch/env_meeting.hpp"
#include "harness/launch/job_environment.hpp"
#include "harness/launch/mpi_meeting.hpp"
#include "harness/launch/mpi_modules.hpp"

namespace railgauge {
namespace {

void tell(const std::string& text) {
    say(fmt::format("railgauge: {}\n", text));
}

verdict_actions told_by_whoever_watches() {
    return {[](const verdict& ended) { tell(ended.text); }, leave_at_once, tell};
}

exit_status meet_by_environment(const std::string& management,
                                const std::function<exit_status(world&)>& body) {
    env_meeting_options how;
    how.management = management;
    how.note = tell;
    const env_rank_result result =
        run_env_rank(*read_job_environment(), how, told_by_whoever_watches(), body);
    if (!result.failure.empty()) tell(result.failure);
    return result.status;
}

exit_status meet_over_mpi(const launcher_environment& launcher, const std::string& management,
                          const std::function<exit_status(world&)>& body) {
    mpi_meeting_options how;
    how.management = management;
    const mpi_rank_result result =
        run_mpi_rank(mpi_library_for(launcher), how, told_by_whoever_watches(), body);
    if (!result.failure.empty()) {
        tell(result.failure);
    } else if (result.status != exit_status::fine && launcher.rank.value_or(0) != 0) {
        // A launcher ends the other ranks as soon as one has left: the first one speaks before.
        std::this_thread::sleep_for(std::chrono::seconds(1));
    }
    if (!result.finalised) leave_at_once(result.status);
    return result.status;
}

}  // namespace

std::optional<exit_status> run_on_met_ranks(const met_wishes& wishes,
                                            const std::function<exit_status(world&)>& body) {
    const launcher_environment launcher = read_launcher_environment();
    switch (choose_meeting(wishes.meeting, launcher)) {
        case meeting_kind::forked: return std::nullopt;
        case meeting_kind::environment: return meet_by_environment(wishes.management, body);
        case meeting_kind::mpi: return meet_over_mpi(launcher, wishes.management, body);
    }
    return std::nullopt;
}

mpi_library& mpi_library_for(const launcher_environment& launcher) {
    const auto module = choose_mpi_module(find_mpi_modules(), launcher);
    if (!module) {
        throw capability_error(fmt::format(
            "{} started this process, but no MPI module was built for it; install the MPI's "
            "development package (libmpich-dev or libopenmpi-dev) and build again",
            launcher.name));
    }
    return open_mpi_module(*module);
}

}  // namespace railgauge
