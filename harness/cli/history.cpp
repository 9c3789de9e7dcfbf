// `railgauge history`.

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <string>
#include <vector>

#include "harness/base/error.hpp"
#include "harness/base/units.hpp"
#include "harness/cli/verb.hpp"
#include "harness/compare/history.hpp"
#include "harness/report/history_json.hpp"
#include "harness/report/history_text.hpp"

namespace railgauge {
namespace {

struct history_flags {
    std::vector<std::string> paths;
    std::string host;
    std::string alpha = "5%";
    std::size_t series = 20;
    bool json = false;
};

exit_status tell_history(const history_flags& flags) {
    history_options options;
    options.host = flags.host;
    options.alpha = parse_share(flags.alpha);
    point_table table;
    const history found = history_of(read_history(flags.paths, table), table, options);
    fmt::print(
        "{}", flags.json ? history_json(found, table) : history_text(found, table, {flags.series}));
    if (!flags.host.empty() && found.systems.empty()) {
        throw capability_error(
            fmt::format("no run was measured on the host '{}' (of {} other systems)", flags.host,
                        found.left_out.size()));
    }
    return found.any_told() ? exit_status::fine : exit_status::cannot;
}

}  // namespace

void add_history(CLI::App& app, verb_action& chosen) {
    CLI::App* const verb = app.add_subcommand("history");
    const auto flags = std::make_shared<history_flags>();
    verb->add_option("RESULTS", flags->paths)->required();
    verb->add_option("--host", flags->host);
    verb->add_option("--alpha", flags->alpha);
    verb->add_option("--series", flags->series)->check(CLI::Range(0, 1'000'000'000));
    verb->add_flag("--json", flags->json);
    verb->callback([&chosen, flags] { chosen = [flags] { return tell_history(*flags); }; });
}

}  // namespace railgauge
