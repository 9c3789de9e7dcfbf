// What `railgauge report` makes of results files.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/compare/result_set.hpp"

namespace railgauge {

enum class report_format : std::uint8_t {
    html,
    md,
    csv,
    junit,
    prometheus,
    github_benchmark,
    nccl_tests,
};

/// "html", ..., "github-benchmark", "nccl-tests", as `--format` takes them.
[[nodiscard]] std::optional<report_format> report_format_from(std::string_view name) noexcept;
[[nodiscard]] std::vector<std::string_view> report_format_names();

/// What `.html` (and `.htm`), `.md`, `.csv`, `.xml` and `.prom` mean; none for other endings.
[[nodiscard]] std::optional<report_format> report_format_of(std::string_view file) noexcept;

/// One file to write, and its content.
struct report_output {
    std::string file;  ///< "": standard output
    std::string text;
};

struct report_request {
    std::vector<std::string> files;
    report_format format = report_format::html;
    std::string out;
    std::vector<std::string> against = {};        ///< files or folders to compare with; html and md
    round_value of_rounds = round_value::median;  ///< of that comparison
};

struct made_report {
    std::vector<report_output> outputs;
    std::string complaints;  ///< a line for each part of a file that could not be used
};

/// The report in memory; github-benchmark is two files, as OUT's name with "-time" and "-bandwidth"
/// before its ending. Throws as read_content and load_set, and usage_error for csv of several
/// files, whose rows do not say which file they are from, and for a comparison in another format.
[[nodiscard]] made_report make_report(const report_request& request);

/// Writes beside `file` and renames, so that a reader sees the old text or the new one, never half
/// of it. Throws system_error.
void write_whole(const report_output& output);

}  // namespace railgauge
