// `railgauge report`.

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <memory>
#include <string>
#include <system_error>
#include <vector>

#include "harness/base/error.hpp"
#include "harness/base/near_miss.hpp"
#include "harness/cli/report_files.hpp"
#include "harness/cli/rounds_flag.hpp"
#include "harness/cli/say.hpp"
#include "harness/cli/verb.hpp"
#include "harness/compare/result_set.hpp"

namespace railgauge {
namespace {

struct report_flags {
    std::vector<std::string> files;
    std::vector<std::string> against;
    round_value of_rounds = round_value::median;
    std::string format;
    std::string out;
};

// Of a file without an ending it is HTML, as of standard output.
report_format format_by_ending(const std::string& out) {
    if (const auto format = report_format_of(out)) return *format;
    const std::string ending = std::filesystem::path(out).extension().string();
    if (ending.empty()) return report_format::html;
    throw usage_error(
        fmt::format("--out: '{}' says no format, as .html, .md, .csv, .xml and .prom do; give "
                    "--format {}",
                    ending, fmt::join(report_format_names(), ", ")));
}

report_format format_of(const report_flags& flags) {
    if (flags.format.empty()) return format_by_ending(flags.out);
    const auto format = report_format_from(flags.format);
    if (format) return *format;
    throw usage_error(fmt::format("--format: '{}' is no format{}", flags.format,
                                  did_you_mean(flags.format, report_format_names())));
}

void refuse_folder(const std::string& out) {
    std::error_code fault;
    if (!std::filesystem::is_directory(out, fault)) return;
    throw usage_error(fmt::format("--out: '{}' is a folder; give a file in it: {}", out,
                                  (std::filesystem::path(out) / "report.html").string()));
}

exit_status report(const report_flags& flags) {
    refuse_folder(flags.out);
    const report_format format = format_of(flags);
    const made_report made = make_report({.files = results_files_of(flags.files),
                                          .format = format,
                                          .out = flags.out,
                                          .against = flags.against,
                                          .of_rounds = flags.of_rounds});
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
    CLI::Option* const against =
        verb->add_option("--against", flags->against)->take_all()->allow_extra_args(false);
    add_of_rounds(*verb, flags->of_rounds)->needs(against);
    verb->callback([&chosen, flags] { chosen = [flags] { return report(*flags); }; });
}

}  // namespace railgauge
