// `railgauge list`.

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <string>

#include "harness/backends/registry.hpp"
#include "harness/cli/colour.hpp"
#include "harness/cli/gpu_flags.hpp"
#include "harness/cli/listing.hpp"
#include "harness/cli/verb.hpp"
#include "harness/measure/suite.hpp"

namespace railgauge {

void add_list(CLI::App& app, verb_action& chosen) {
    CLI::App* const verb = app.add_subcommand("list");
    const auto as_json = std::make_shared<bool>(false);
    verb->add_flag("--json", *as_json);
    const auto nccl_library = std::make_shared<std::string>();
    verb->add_option("--nccl-library", *nccl_library);
    verb->callback([&chosen, as_json, nccl_library] {
        chosen = [as_json, nccl_library] {
            apply_gpu_flags(*nccl_library, false);
            const listing all = make_listing(make_backends(), available_suites());
            fmt::print("{}",
                       *as_json ? listing_json(all) : listing_text(all, colour_wanted(stdout)));
            return exit_status::fine;
        };
    });
}

}  // namespace railgauge
