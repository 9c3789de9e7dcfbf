// `railgauge doctor`.

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "harness/backends/registry.hpp"
#include "harness/base/error.hpp"
#include "harness/cli/colour.hpp"
#include "harness/cli/diagnosis.hpp"
#include "harness/cli/gpu_flags.hpp"
#include "harness/cli/verb.hpp"
#include "harness/launch/env_meeting.hpp"
#include "harness/machine/check_gpus.hpp"
#include "harness/machine/gpu_info.hpp"
#include "harness/report/report_assets.hpp"

namespace railgauge {
namespace {

struct doctor_options {
    int ranks = 0;  ///< 0: as many as `run` would start
    bool as_json = false;
    std::string nccl_library;
};

// What stands between the hosts of a job that the environment describes; none elsewhere.
std::optional<check> check_secret() {
    try {
        const auto job = read_job_environment();
        if (!job) return std::nullopt;
        if (secret_of(*job).given) {
            return check{"secret", check_status::ok, "the job's connections are proven by a secret",
                         ""};
        }
        return check{"secret", check_status::warning,
                     fmt::format("{} describe a job, and no secret is given: one is derived from "
                                 "the job's variables, which keeps strays out, not attackers",
                                 job->source),
                     "set RAILGAUGE_SECRET, or RAILGAUGE_SECRET_FILE, to the same on all ranks"};
    } catch (const error& wrong) {
        return check{"secret", check_status::problem, wrong.what(), ""};
    }
}

// A GPU that this program was not built for.
std::optional<check> check_build() {
#ifdef RAILGAUGE_HAS_CUDA
    return std::nullopt;
#else
    if (!has_gpu_driver()) return std::nullopt;
    return check{"cuda", check_status::warning,
                 "this host has a GPU's driver, and this railgauge was built without CUDA",
                 "install the CUDA toolkit and NCCL's header (libnccl-dev) and build again"};
#endif
}

// The curves of `railgauge report` are drawn by a library that the build fetches where it can.
check check_report() {
    if (uplot_version().empty()) {
        return {"report", check_status::ok,
                "HTML reports have tables and SVG charts; uPlot is not built in",
                "for charts to zoom into, build where there is npm and a network"};
    }
    return {"report", check_status::ok,
            fmt::format("HTML reports draw their curves with uPlot {}", uplot_version()), ""};
}

exit_status examine(const doctor_options& options) {
    apply_gpu_flags(options.nccl_library, false);
    const process_facts facts = read_process_facts();
    const int ranks = options.ranks > 0 ? options.ranks : std::max(2, facts.usable_cpus);
    diagnosis found{list_backends(make_backends()), check_host(facts, ranks)};
    for (check& each : check_gpu_health()) found.checks.push_back(std::move(each));
    if (auto missing = check_build()) found.checks.push_back(std::move(*missing));
    if (auto secret = check_secret()) found.checks.push_back(std::move(*secret));
    found.checks.push_back(check_report());
    fmt::print("{}", options.as_json ? diagnosis_json(found)
                                     : diagnosis_text(found, colour_wanted(stdout)));
    return found.can_measure() ? exit_status::fine : exit_status::cannot;
}

}  // namespace

void add_doctor(CLI::App& app, verb_action& chosen) {
    CLI::App* const verb = app.add_subcommand("doctor");
    const auto options = std::make_shared<doctor_options>();
    verb->add_option("--ranks", options->ranks)->check(CLI::PositiveNumber);
    verb->add_flag("--json", options->as_json);
    verb->add_option("--nccl-library", options->nccl_library);
    verb->callback([&chosen, options] { chosen = [options] { return examine(*options); }; });
}

}  // namespace railgauge
