#include "harness/cli/run_launched.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <charconv>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <string_view>
#include <thread>

#include "harness/base/error.hpp"
#include "harness/cli/record_sink.hpp"
#include "harness/cli/run_parent.hpp"
#include "harness/cli/run_ranks.hpp"
#include "harness/cli/run_view.hpp"
#include "harness/cli/say.hpp"
#include "harness/launch/mpi_meeting.hpp"
#include "harness/launch/mpi_modules.hpp"

namespace railgauge {
namespace {

std::string variable(const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? "" : value;
}

mpi_library& library_for(const launcher_environment& launcher) {
    const auto module = choose_mpi_module(find_mpi_modules(), launcher);
    if (!module) {
        throw capability_error(fmt::format(
            "{} started this process, but no MPI module was built for it; install the MPI's "
            "development package (libmpich-dev or libopenmpi-dev) and build again",
            launcher.name));
    }
    return open_mpi_module(*module);
}

[[noreturn]] void leave(exit_status status) {
    std::cout.flush();
    std::fflush(nullptr);
    _exit(static_cast<int>(status));
}

// A rank whose parent opened the file and prints the table.
mpi_rank_result run_for_parent(const run_job& job, mpi_library& mpi) {
    int launch = 0;
    const std::string text = variable(launch_variable);
    std::from_chars(text.data(), text.data() + text.size(), launch);
    const launch_work work{&job, launch, probe_from_text(variable(probe_variable)),
                           [&job] { return std::make_unique<record_sink>(job); }};
    return run_mpi_rank(mpi, job.limits, {},
                        [&work](world& group) { return run_ranks(group, work); });
}

// A rank under the user's own launcher: rank 0 does what else the parent does.
class self_recorded_run {
public:
    self_recorded_run(const run_job& job, probe_figures probe)
        : job_(job), probe_(std::move(probe)) {}

    mpi_rank_result run(mpi_library& mpi) {
        const verdict_actions actions{[this](const verdict& ended) { tell(ended); }, leave};
        return run_mpi_rank(mpi, job_.limits, actions,
                            [this](world& group) { return body(group); });
    }

private:
    exit_status body(world& group) {
        const launch_work work{&job_, 0, probe_, [this] { return open(); }};
        const exit_status status = run_ranks(group, work);
        if (sink_ != nullptr) {
            sink_->finish(status, group.interrupted() ? "interrupted by the user" : "");
            say(fmt::format("Results: {}\n", job_.out));
        }
        return status;
    }

    std::shared_ptr<record_sink> open() {
        const run_header header = begin_records(job_);
        printer_ = make_run_printer(job_, std::cout);
        printer_->begin(header);
        sink_ = std::make_shared<record_sink>(job_, printer_.get());
        return sink_;
    }

    // In the monitor's thread. Rank 0 hangs in its backend then, so its records are at rest.
    void tell(const verdict& ended) {
        say(fmt::format("railgauge: {}\n", ended.text));
        if (sink_ == nullptr) return;
        try {
            sink_->write_failure(job_, 0, ended.point, ended.text);
            sink_->finish(ended.status, ended.text);
        } catch (const error& failure) {
            say(fmt::format("railgauge: {}\n", failure.what()));
        }
    }

    const run_job& job_;
    probe_figures probe_;
    std::unique_ptr<result_printer> printer_;
    std::shared_ptr<record_sink> sink_;  ///< outlives run_ranks: it is closed after
};

// Initialises MPI and plans. What is wrong is wrong on every rank: the first one says it.
run_job join(mpi_library& mpi, const run_options& options, std::vector<std::string> command,
             const launcher_environment& launcher) {
    const bool has_parent = !variable(board_variable).empty();
    mpi.initialise();
    try {
        require_matching_mpi(launcher, mpi.version(), mpi.size());
        if (options.ranks && *options.ranks != mpi.size()) {
            throw usage_error(
                fmt::format("--ranks {} under a launcher that started {} ranks; "
                            "leave --ranks away, the launcher decides",
                            *options.ranks, mpi.size()));
        }
        if (!has_parent && options.launches > 1) {
            throw capability_error(
                "--launches starts the ranks anew, which a launcher that you "
                "started cannot do: run railgauge without it, or several times");
        }
        run_job job = make_job(options, std::move(command), mpi.size());
        if (has_parent) job.out = variable(file_variable);
        return job;
    } catch (const error& wrong) {
        if (launcher.rank.value_or(0) != 0) {
            // A launcher ends the other ranks as soon as one has left: the first one speaks before.
            std::this_thread::sleep_for(std::chrono::seconds(1));
        } else {
            say(fmt::format("railgauge: {}\n", wrong.what()));
        }
        // Not by returning: MPI is up, and a wrong one's exit handlers are not to be trusted.
        leave(wrong.status());
    }
}

}  // namespace

exit_status run_as_rank(const run_options& options, std::vector<std::string> command,
                        const launcher_environment& launcher) {
    const bool has_parent = !variable(board_variable).empty();
    probe_figures probe;
    // Before MPI is there, since the probe forks; the others wait in MPI's initialisation.
    if (!has_parent && launcher.rank.value_or(0) == 0) probe = take_probe();

    mpi_library& mpi = library_for(launcher);
    run_job job = join(mpi, options, std::move(command), launcher);
    const mpi_rank_result result =
        has_parent ? run_for_parent(job, mpi) : self_recorded_run(job, std::move(probe)).run(mpi);
    if (!result.failure.empty() && !has_parent) {
        say(fmt::format("railgauge: {}\n", result.failure));
    }
    if (!result.finalised) leave(result.status);
    return result.status;
}

}  // namespace railgauge
