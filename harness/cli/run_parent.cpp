#include "harness/cli/run_parent.hpp"

#include <fmt/format.h>

#include <atomic>
#include <filesystem>
#include <optional>

#include "harness/base/error.hpp"
#include "harness/cli/record_sink.hpp"
#include "harness/cli/row_verdicts.hpp"
#include "harness/cli/run_ranks.hpp"
#include "harness/cli/run_view.hpp"
#include "harness/cli/say.hpp"
#include "harness/launch/forked.hpp"
#include "harness/launch/launcher.hpp"
#include "harness/launch/mpi_modules.hpp"
#include "harness/launch/mpiexec.hpp"
#include "harness/launch/signals.hpp"

namespace railgauge {
namespace {

struct launch_outcome {
    exit_status status = exit_status::fine;
    std::optional<verdict> ended_by;
    bool interrupted = false;
};

launch_outcome launch_forked(const run_job& job, int launch, const probe_figures& probe,
                             const std::function<void()>& on_tick) {
    const launch_work work{&job, launch, probe,
                           [&job] { return std::make_unique<record_sink>(job); }};
    const forked_result result =
        run_forked({.ranks = job.ranks, .limits = job.limits, .on_tick = on_tick},
                   [&work](world& group) { return run_ranks(group, work); });
    return {result.status, result.ended_by, result.interrupted};
}

launch_outcome launch_mpiexec(const run_job& job, int launch, const probe_figures& probe,
                              const std::function<void()>& on_tick) {
    const auto module = choose_mpi_module(find_mpi_modules(), {});
    if (!module) throw capability_error("no MPI module was built: install libmpich-dev and mpich");
    mpiexec_options options;
    options.ranks = job.ranks;
    options.flavour = module->flavour;
    options.argv = job.command;
    options.argv.front() = std::filesystem::read_symlink("/proc/self/exe").string();
    options.environment = {{launch_variable, std::to_string(launch)},
                           {file_variable, job.out},
                           {probe_variable, to_text(probe)}};
    options.limits = job.limits;
    options.on_tick = on_tick;
    const mpiexec_result result = run_mpiexec(options);
    return {result.status, result.ended_by, result.interrupted};
}

void write_after(const run_job& job, int launch) {
    launch_record line;
    line.launch = launch;
    line.when = "after";
    line.at = utc_now();
    line.probe = take_probe();
    results_writer(job.out, results_writer::mode::append).write(line);
}

// A disk that is full now was perhaps full when the ranks failed: that reason is the one to tell.
void close_records(const run_job& job, int launch, const std::optional<verdict>& ended_by,
                   exit_status status, const std::string& reason) {
    try {
        if (ended_by) record_failure(job, launch, ended_by->point, reason);
        record_sink(job).finish(status, reason);
    } catch (const error&) {
        if (reason.empty()) throw;
    }
}

// A file that cannot be read does not hide the status.
bool none_fits(const run_job& job) {
    try {
        return status_of_rows(job) == exit_status::cannot;
    } catch (const error&) {
        return false;
    }
}

// The worse of two: what did not finish, then wrong data, then what could not be done.
exit_status worse(exit_status a, exit_status b) {
    return static_cast<int>(a) >= static_cast<int>(b) ? a : b;
}

}  // namespace

std::string reason_of(exit_status status, const run_job& job) {
    switch (status) {
        case exit_status::wrong_data:
            return "a backend delivered wrong data: see the invalid points";
        case exit_status::cannot:
            return none_fits(job) ? nothing_fits_words(job)
                                  : "none of the points could be measured: see their reasons";
        case exit_status::unfinished: return "not every point was measured";
        case exit_status::worse: return "a row is below what --expect expects of it";
        default: return "";
    }
}

exit_status run_as_parent(const run_job& job) {
    run_view view(job, begin_records(job));
    // Between launches too, an interrupt is a wish to stop in good order.
    std::atomic<std::uint32_t> interrupts{0};
    const interrupt_guard guard(interrupts, interrupt_role::watcher);
    launch_outcome all;
    int launch = 0;
    for (; launch < job.options.launches; ++launch) {
        const probe_figures probe = take_probe();
        if (interrupts.load() != 0) {
            all.interrupted = true;
            break;
        }
        const auto on_tick = [&view] { view.update(); };
        launch_outcome one = job.needs_mpi ? launch_mpiexec(job, launch, probe, on_tick)
                                           : launch_forked(job, launch, probe, on_tick);
        one.status = worse(all.status, one.status);
        all = std::move(one);
        all.interrupted = all.interrupted || interrupts.load() != 0;
        if (all.ended_by || all.interrupted) break;
        write_after(job, launch);
    }
    std::string reason;
    if (all.interrupted) {
        all.status = worse(all.status, exit_status::unfinished);
        reason = "interrupted by the user";
    }
    if (all.ended_by) reason = all.ended_by->text;
    if (reason.empty()) reason = reason_of(all.status, job);
    close_records(job, launch, all.ended_by, all.status, reason);
    view.finish();
    if (!reason.empty()) say(fmt::format("railgauge: {}\n", reason));
    return all.status;
}

}  // namespace railgauge
