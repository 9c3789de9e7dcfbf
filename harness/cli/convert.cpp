// `railgauge convert`.

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <memory>
#include <string>
#include <system_error>
#include <vector>

#include "harness/base/error.hpp"
#include "harness/base/near_miss.hpp"
#include "harness/base/operation_kind.hpp"
#include "harness/base/units.hpp"
#include "harness/cli/convert_file.hpp"
#include "harness/cli/say.hpp"
#include "harness/cli/verb.hpp"
#include "harness/report/printable.hpp"

namespace railgauge {
namespace {

struct convert_flags {
    std::vector<std::string> files;
    std::string from;
    std::string out;
    std::string bytes;
    import_options options;
};

std::optional<import_format> format_named(const std::string& name) {
    if (name.empty()) return std::nullopt;
    const auto format = import_format_from(name);
    if (format) return format;
    const auto names = import_format_names();
    throw usage_error(fmt::format("--from: '{}' is no format{}", name, did_you_mean(name, names)));
}

void check_operation(const std::string& op) {
    if (op.empty() || operation_kind_from(op)) return;
    std::vector<std::string_view> names;
    for (const operation_kind kind : all_operation_kinds) names.push_back(name_of(kind));
    throw usage_error(fmt::format("--op: '{}' is no operation{}", op, did_you_mean(op, names)));
}

// --out is the file of one result, or the folder of all.
std::string out_of(const convert_flags& flags, const std::string& file) {
    std::error_code fault;
    const bool folder = flags.out.empty() || std::filesystem::is_directory(flags.out, fault);
    return folder ? converted_name(file, flags.out) : flags.out;
}

void check_out(const convert_flags& flags) {
    std::error_code fault;
    if (flags.out.empty() || flags.files.size() == 1) return;
    if (std::filesystem::is_directory(flags.out, fault)) return;
    throw usage_error("--out: '" + flags.out + "' is no folder, and there are several files");
}

exit_status convert(convert_flags flags) {
    check_operation(flags.options.op);
    check_out(flags);
    if (!flags.bytes.empty()) flags.options.bytes = parse_size(flags.bytes);
    const auto from = format_named(flags.from);
    exit_status status = exit_status::fine;
    for (const std::string& file : flags.files) {
        try {
            const convert_outcome outcome =
                convert_file({file, from, flags.options, out_of(flags, file)});
            say(printable_lines(outcome.complaints));
            fmt::print("{}", outcome.text);
            if (!outcome.whole) status = exit_status::usage;
        } catch (const error& fault) {
            // The others may be fine, unless nothing can be written.
            if (fault.status() != exit_status::usage) throw;
            say(fmt::format("railgauge: {}\n", printable_lines(fault.what())));
            status = exit_status::usage;
        }
    }
    return status;
}

}  // namespace

void add_convert(CLI::App& app, verb_action& chosen) {
    CLI::App* const verb = app.add_subcommand("convert");
    const auto flags = std::make_shared<convert_flags>();
    verb->add_option("FILE", flags->files)->required();
    verb->add_option("--from", flags->from);
    verb->add_option("--out", flags->out);
    verb->add_option("--op", flags->options.op);
    verb->add_option("--ranks", flags->options.ranks)->check(CLI::Range(1, 1 << 24));
    verb->add_option("--bytes", flags->bytes);
    verb->callback([&chosen, flags] { chosen = [flags] { return convert(*flags); }; });
}

}  // namespace railgauge
