// `railgauge report`.

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <string>
#include <vector>

#include "harness/base/error.hpp"
#include "harness/base/near_miss.hpp"
#include "harness/cli/report_files.hpp"
#include "harness/cli/say.hpp"
#include "harness/cli/verb.hpp"

namespace railgauge {
namespace {

struct report_flags {
    std::vector<std::string> files;
    std::vector<std::string> against;
    std::string format;
    std::string out;
};

report_format format_of(const report_flags& flags) {
    if (flags.format.empty()) return report_format_of(flags.out).value_or(report_format::html);
    const auto format = report_format_from(flags.format);
    if (format) return *format;
    throw usage_error(fmt::format("--format: '{}' is no format{}", flags.format,
                                  did_you_mean(flags.format, report_format_names())));
}

exit_status report(const report_flags& flags) {
    const made_report made =
        make_report({expand_folders(flags.files), format_of(flags), flags.out, flags.against});
    say(made.complaints);
    for (const report_output& each : made.outputs) {
        if (each.file.empty()) {
            fmt::print("{}", each.text);
        } else {
            write_whole(each);
        }
    }
    return exit_status::fine;
}

}  // namespace

void add_report(CLI::App& app, verb_action& chosen) {
    CLI::App* const verb = app.add_subcommand("report");
    const auto flags = std::make_shared<report_flags>();
    verb->add_option("FILE", flags->files)->required();
    verb->add_option("--format", flags->format);
    verb->add_option("-o,--out", flags->out);
    // One value each, so that FILEs may follow it.
    verb->add_option("--against", flags->against)->take_all()->allow_extra_args(false);
    verb->callback([&chosen, flags] { chosen = [flags] { return report(*flags); }; });
}

}  // namespace railgauge
