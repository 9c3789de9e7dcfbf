// `railgauge list`.

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "harness/backends/registry.hpp"
#include "harness/cli/colour.hpp"
#include "harness/cli/listing.hpp"
#include "harness/cli/verb.hpp"
#include "harness/measure/suite.hpp"

namespace railgauge {

void add_list(CLI::App& app, verb_action& chosen) {
    CLI::App* const verb = app.add_subcommand("list");
    const auto as_json = std::make_shared<bool>(false);
    verb->add_flag("--json", *as_json);
    verb->callback([&chosen, as_json] {
        chosen = [as_json] {
            const listing all = make_listing(make_backends(), available_suites());
            fmt::print("{}",
                       *as_json ? listing_json(all) : listing_text(all, colour_wanted(stdout)));
            return exit_status::fine;
        };
    });
}

}  // namespace railgauge
