// `railgauge check`.

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <string>
#include <vector>

#include "harness/cli/check_file.hpp"
#include "harness/cli/verb.hpp"
#include "harness/report/printable.hpp"

namespace railgauge {

void add_check(CLI::App& app, verb_action& chosen) {
    CLI::App* const verb = app.add_subcommand("check");
    const auto files = std::make_shared<std::vector<std::string>>();
    verb->add_option("FILE", *files)->required();
    verb->callback([&chosen, files] {
        chosen = [files] {
            exit_status status = exit_status::fine;
            for (const std::string& file : *files) {
                const file_verdict verdict = check_file(file);
                fmt::print(verdict.sound ? stdout : stderr, "{}", printable_lines(verdict.text));
                if (!verdict.sound) status = exit_status::usage;
            }
            return status;
        };
    });
}

}  // namespace railgauge
