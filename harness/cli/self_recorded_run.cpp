#include "harness/cli/self_recorded_run.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <nlohmann/json.hpp>
#include <utility>

#include "harness/base/error.hpp"
#include "harness/cli/run_parent.hpp"
#include "harness/cli/run_ranks.hpp"
#include "harness/cli/run_view.hpp"
#include "harness/cli/say.hpp"

namespace railgauge {

void leave_at_once(exit_status status) {
    std::cout.flush();
    std::fflush(nullptr);
    _exit(static_cast<int>(status));
}

std::string variable(const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? "" : value;
}

void refuse_what_launchers_cannot(const run_options& options, int size, bool by_us) {
    if (by_us) return;
    if (options.ranks && *options.ranks != size) {
        throw usage_error(
            fmt::format("--ranks {} under a launcher that started {} ranks; "
                        "leave --ranks away, the launcher decides",
                        *options.ranks, size));
    }
    if (options.launches > 1) {
        throw capability_error(
            "--launches starts the ranks anew, which a launcher that you "
            "started cannot do: run railgauge without it, or several times");
    }
}

self_recorded_run::self_recorded_run(run_job job, probe_figures probe, int launch)
    : job_(std::move(job)), probe_(std::move(probe)), launch_(launch) {}

verdict_actions self_recorded_run::actions() {
    return {[this](const verdict& ended) { tell(ended); }, leave_at_once,
            [](const std::string& note) { say(fmt::format("railgauge: {}\n", note)); }};
}

void self_recorded_run::note_meeting(const std::string& kind, const std::vector<met_host>& hosts,
                                     const std::string& secret) {
    nlohmann::ordered_json facts{{"kind", kind}, {"secret", secret}};
    auto& list = facts["hosts"] = nlohmann::ordered_json::array();
    for (const met_host& each : hosts) {
        list.push_back(
            {{"name", each.name},
             {"ranks", each.ranks},
             {"management", each.management.empty() ? nlohmann::ordered_json(nullptr)
                                                    : nlohmann::ordered_json(each.management)}});
    }
    job_.met = facts.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

exit_status self_recorded_run::body(world& group) {
    const launch_work work{&job_, launch_, probe_, [this] { return open(); }};
    const exit_status status = run_ranks(group, work);
    const bool last = launch_ + 1 >= job_.options.launches;
    if (sink_ != nullptr && (last || status != exit_status::fine)) {
        const std::string reason =
            group.interrupted() ? "interrupted by the user" : reason_of(status, job_);
        sink_->finish(status, reason);
        say(fmt::format("Results: {}\n", job_.out));
        if (!reason.empty()) say(fmt::format("railgauge: {}\n", reason));
    }
    return status;
}

std::shared_ptr<record_sink> self_recorded_run::open() {
    // Later launches go on with the file of the first.
    const run_header header = launch_ == 0 ? begin_records(job_) : header_of(job_);
    printer_ = make_run_printer(job_, std::cout);
    printer_->begin(header);
    sink_ = std::make_shared<record_sink>(job_, printer_.get());
    return sink_;
}

// In the monitor's thread. Rank 0 hangs in its backend then, so its records are at rest.
void self_recorded_run::tell(const verdict& ended) {
    say(fmt::format("railgauge: {}\n", ended.text));
    if (sink_ == nullptr) return;
    try {
        sink_->write_failure(job_, launch_, ended.point, ended.text);
        sink_->finish(ended.status, ended.text);
    } catch (const error& failure) {
        say(fmt::format("railgauge: {}\n", failure.what()));
    }
}

}  // namespace railgauge
