// `railgauge run`.

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <memory>

#include "harness/base/error.hpp"
#include "harness/base/units.hpp"
#include "harness/cli/run_hosts.hpp"
#include "harness/cli/run_job.hpp"
#include "harness/cli/run_launched.hpp"
#include "harness/cli/run_options.hpp"
#include "harness/cli/run_parent.hpp"
#include "harness/cli/say.hpp"
#include "harness/cli/verb.hpp"
#include "harness/launch/host_list.hpp"
#include "harness/launch/job_environment.hpp"
#include "harness/launch/mpi_meeting.hpp"
#include "harness/launch/roll_call.hpp"
#include "harness/measure/point_keys.hpp"
#include "harness/record/manner_words.hpp"
#include "harness/report/counted.hpp"
#include "harness/report/printable.hpp"

namespace railgauge {
namespace {

std::string where_and_who(const plan& all, const series& part) {
    std::string words;
    if (part.window != 1) words += fmt::format(" window {}", part.window);
    if (part.where != memory_kind::host) words += fmt::format(" {}", name_of(part.where));
    for (const std::string& word : manner_words(key_of(all, {0, &part, 0}))) words += " " + word;
    if (part.group.kind != group_kind::world) words += " in " + to_text(part.group);
    if (part.rounds != 0) words += fmt::format(", at most {} rounds", part.rounds);
    return words;
}

std::string left_out_words(const run_job& job) {
    return fmt::format("{} point{} left out: their buffers need more memory than there is\n",
                       job.left_out, job.left_out == 1 ? " is" : "s are");
}

// Why the points of a series will be skipped, as far as that is known before ranks have met.
std::string why_skipped(const run_job& job, const series& part) {
    const auto found = std::ranges::find_if(
        job.backends, [&](const auto& each) { return each->name() == part.backend; });
    if (found == job.backends.end()) return {};
    const availability ready = (*found)->available();
    if (!ready.available) return ready.reason;
    return (*found)->why_never(
        {.kind = part.kind, .op = part.op, .algorithm = part.algorithm, .manner = part.manner});
}

// What would be measured, and how long it is expected to take; measures nothing.
exit_status print_plan(const run_job& job) {
    for (const series& part : job.what.parts) {
        const std::string skipped = why_skipped(job, part);
        fmt::print("{} {} {} {}{} {}{}{}: {}, {} to {}{}\n", name_of(part.kind), part.backend,
                   part.algorithm.empty() ? "auto" : part.algorithm, name_of(part.type),
                   is_reducing(part.kind) ? fmt::format(" {}", name_of(part.op)) : "",
                   name_of(part.timing), part.in_place ? " in place" : "",
                   where_and_who(job.what, part), counted(part.bytes.size(), "size"),
                   format_bytes(part.bytes.front()), format_bytes(part.bytes.back()),
                   skipped.empty() ? "" : ", skipped: " + printable(skipped));
    }
    if (job.left_out > 0) fmt::print("{}", left_out_words(job));
    const double time_us = estimated_time_s(job.what, job.benches) * 1e6 * job.options.launches;
    fmt::print("{} on {}, {}, at most about {}{}\n", counted(job.what.points(), "point"),
               counted(static_cast<std::uint64_t>(job.ranks), "rank"),
               counted(static_cast<std::uint64_t>(job.options.launches), "launch"),
               format_duration_us(time_us), job.soak.count() > 0 ? " a round" : "");
    return exit_status::fine;
}

exit_status start_on_hosts(const run_options& options, const std::vector<std::string>& command,
                           const launcher_environment& launcher) {
    if (launcher.size.value_or(1) > 1) {
        throw usage_error(
            fmt::format("--hosts has ranks started, but {} has started this process already: leave "
                        "--hosts away",
                        launcher.name));
    }
    if (options.meeting == "env") {
        throw usage_error("--hosts has ranks meet over MPI: leave --meeting env away");
    }
    const auto hosts = parse_host_list(options.hosts, options.ranks);
    const int most = std::ranges::max(hosts, {}, &host_ranks::ranks).ranks;
    const run_job job = make_job(options, command, total_ranks(hosts), most);
    return options.dry_run ? print_plan(job) : run_on_hosts(job);
}

exit_status run(const run_options& options, const std::vector<std::string>& command) {
    // A results file at the limit of `ulimit -f` is a full disk: an error of write, not the end.
    std::signal(SIGXFSZ, SIG_IGN);
    // A reader that goes away (a pager, head) ends the table, not the measurement.
    std::signal(SIGPIPE, SIG_IGN);
    const launcher_environment launcher = read_launcher_environment();
    const bool has_parent = std::getenv(board_variable) != nullptr;
    const bool called = std::getenv(roll_call_variable) != nullptr;
    if (!options.hosts.empty() && !called) return start_on_hosts(options, command, launcher);
    const meeting_kind meeting =
        has_parent ? meeting_kind::mpi : choose_meeting(options.meeting, launcher);
    if (meeting == meeting_kind::environment) {
        const job_environment job = *read_job_environment();
        if (!options.dry_run) return run_by_environment(options, command, job);
        return job.rank == 0 ? print_plan(make_job(options, command, job.size)) : exit_status::fine;
    }
    const bool launched = meeting == meeting_kind::mpi;
    if (launched && !options.dry_run) return run_as_rank(options, command, launcher);
    // A plan under a launcher is that of its ranks, said by one of them.
    if (launched && launcher.rank.value_or(0) != 0) return exit_status::fine;
    const run_job job = make_job(options, command, launched ? launcher.size.value_or(1) : 0);
    if (options.dry_run) return print_plan(job);
    if (job.left_out > 0) say("railgauge: " + left_out_words(job));
    return run_as_parent(job);
}

}  // namespace

void add_run(CLI::App& app, const std::vector<std::string>& command, verb_action& chosen) {
    CLI::App* verb = app.add_subcommand("run");
    const auto options = std::make_shared<run_options>();
    declare_run_flags(*verb, *options);
    verb->callback([options, command, &chosen] {
        chosen = [options, command] { return run(*options, command); };
    });
}

}  // namespace railgauge
