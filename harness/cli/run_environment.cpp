// One rank of a run whose scheduler or operator says in the environment which rank it is.

#include <fmt/format.h>

#include <utility>

#include "harness/base/error.hpp"
#include "harness/cli/run_launched.hpp"
#include "harness/cli/say.hpp"
#include "harness/cli/self_recorded_run.hpp"
#include "harness/launch/env_meeting.hpp"

namespace railgauge {
namespace {

constexpr const char* derived_secret_words =
    "railgauge: RAILGAUGE_SECRET is not set, so the connections between the hosts are proven by "
    "what the scheduler says of this job: that keeps strays out, not attackers\n";

// What is wrong with the command line is wrong on every rank, and rank 0 says it; what is wrong
// with this host, nobody else knows.
run_job plan_for(const job_environment& job, const run_options& options,
                 std::vector<std::string> command) {
    try {
        refuse_what_launchers_cannot(options, job.size, false);
        return make_job(options, std::move(command), job.size, job.local_size.value_or(0));
    } catch (const error& wrong) {
        if (job.rank != 0 && wrong.status() == exit_status::usage) leave_at_once(wrong.status());
        throw;
    }
}

}  // namespace

exit_status run_by_environment(const run_options& options, std::vector<std::string> command,
                               const job_environment& job) {
    probe_figures probe;
    if (job.rank == 0) probe = take_probe();  // it forks, so before there are threads
    self_recorded_run rank(plan_for(job, options, std::move(command)), std::move(probe), 0);
    const bool given = secret_of(job).given;

    env_meeting_options how;
    how.limits = rank.job().limits;
    how.management = options.management;
    how.note = [](const std::string& text) { say(fmt::format("railgauge: {}\n", text)); };
    how.on_met = [&](const std::vector<met_host>& hosts) {
        rank.note_meeting("environment", hosts, given ? "given" : "derived from the job");
        if (hosts.size() > 1 && !given) say(derived_secret_words);
    };
    const env_rank_result result =
        run_env_rank(job, how, rank.actions(), [&rank](world& group) { return rank.body(group); });
    if (!result.failure.empty()) say(fmt::format("railgauge: {}\n", result.failure));
    return result.status;
}

}  // namespace railgauge
