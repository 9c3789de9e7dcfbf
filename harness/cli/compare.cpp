// `railgauge compare`.

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <string>
#include <vector>

#include "harness/base/units.hpp"
#include "harness/cli/rounds_flag.hpp"
#include "harness/cli/verb.hpp"
#include "harness/compare/comparison.hpp"
#include "harness/report/compare_json.hpp"
#include "harness/report/compare_text.hpp"

namespace railgauge {
namespace {

struct compare_flags {
    std::vector<std::string> sets;
    std::string margin = "3%";
    round_value of_rounds = round_value::median;
    std::size_t points = 40;
    bool json = false;
};

exit_status compare_sets(const compare_flags& flags) {
    compare_options options;
    options.margin = parse_share(flags.margin);
    point_table table;
    std::vector<result_set> sets;
    for (const std::string& path : flags.sets) {
        sets.push_back(load_set(path, {path}, table, flags.of_rounds));
    }
    exit_status status = exit_status::fine;
    for (std::size_t i = 1; i < sets.size(); ++i) {
        const comparison found = compare(sets.front(), sets[i], table, options);
        if (found.points.empty()) status = exit_status::cannot;
        if (flags.json) {
            write_comparison_json(found, sets.front(), sets[i], table,
                                  [](std::string_view text) { fmt::print("{}", text); });
        } else {
            fmt::print("{}{}", i > 1 ? "\n" : "",
                       comparison_text(found, sets.front(), sets[i], table, {flags.points}));
        }
    }
    return status;
}

}  // namespace

void add_compare(CLI::App& app, verb_action& chosen) {
    CLI::App* const verb = app.add_subcommand("compare");
    const auto flags = std::make_shared<compare_flags>();
    verb->add_option("RESULTS", flags->sets)->required()->expected(2, 1000);
    verb->add_option("--margin", flags->margin);
    add_of_rounds(*verb, flags->of_rounds);
    verb->add_option("--points", flags->points)->check(CLI::Range(0, 1'000'000'000));
    verb->add_flag("--json", flags->json);
    verb->callback([&chosen, flags] { chosen = [flags] { return compare_sets(*flags); }; });
}

}  // namespace railgauge
