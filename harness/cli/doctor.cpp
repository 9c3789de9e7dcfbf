// `railgauge doctor`.

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>

#include "harness/backends/registry.hpp"
#include "harness/cli/colour.hpp"
#include "harness/cli/diagnosis.hpp"
#include "harness/cli/verb.hpp"

namespace railgauge {
namespace {

struct doctor_options {
    int ranks = 0;  ///< 0: as many as `run` would start
    bool as_json = false;
};

exit_status examine(const doctor_options& options) {
    const process_facts facts = read_process_facts();
    const int ranks = options.ranks > 0 ? options.ranks : std::max(2, facts.usable_cpus);
    const diagnosis found{list_backends(make_backends()), check_host(facts, ranks)};
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
    verb->callback([&chosen, options] { chosen = [options] { return examine(*options); }; });
}

}  // namespace railgauge
