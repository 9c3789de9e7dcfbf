#include "harness/cli/report_files.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "harness/base/error.hpp"
#include "harness/compare/comparison.hpp"
#include "harness/record/results_reader.hpp"
#include "harness/report/content_views.hpp"
#include "harness/report/html_comparison.hpp"
#include "harness/report/html_report.hpp"
#include "harness/report/printable.hpp"
#include "harness/report/result_printer.hpp"

namespace railgauge {
namespace {

namespace fs = std::filesystem;

// In the order of report_format: the name and the ending of files.
constexpr std::array<std::pair<std::string_view, std::string_view>, 7> formats{
    {{"html", ".html"},
     {"md", ".md"},
     {"csv", ".csv"},
     {"junit", ".xml"},
     {"prometheus", ".prom"},
     {"github-benchmark", ""},
     {"nccl-tests", ""}}};

constexpr std::size_t most_complaints = 10;  // of a file; all are counted

// Hands a file's lines to a printer.
class printing_visitor final : public results_visitor {
public:
    printing_visitor(result_printer& printer, std::string& complaints)
        : printer_(printer), complaints_(complaints) {}

    void on_header(run_header&& header, std::uint64_t) override { printer_.begin(header); }
    void on_communicator(communicator_record&& made, std::uint64_t) override {
        printer_.made(made);
    }
    void on_point(point_record&& point, std::uint64_t) override { printer_.point(point); }
    void on_end(run_end&& end, std::uint64_t) override { end_ = std::move(end); }
    void on_bad_line(const std::string& problem) override {
        if (named_++ < most_complaints) complaints_ += "left out: " + printable(problem) + "\n";
    }
    [[nodiscard]] const std::optional<run_end>& end() const noexcept { return end_; }

private:
    result_printer& printer_;
    std::string& complaints_;
    std::size_t named_ = 0;
    std::optional<run_end> end_;
};

std::string and_more(const std::string& file, std::uint64_t lines, std::size_t named) {
    if (lines <= named) return {};
    return fmt::format("left out: {} more lines of {}\n", lines - named, printable(file));
}

made_report printed(const report_request& request, output_format format) {
    std::ostringstream out;
    made_report made;
    const auto& files = request.files;
    for (const std::string& file : files) {
        const auto printer = make_printer(format, out);
        printing_visitor visitor(*printer, made.complaints);
        const read_outcome outcome =
            read_results(file, visitor, {.samples = false, .pass_bad_lines = true});
        if (!outcome.header) throw input_error(file, 1, 1, "no whole header stands in the file");
        printer->end(visitor.end());
        made.complaints += and_more(file, outcome.bad_lines, most_complaints);
    }
    made.outputs = {{request.out, std::move(out).str()}};
    return made;
}

// The part of a report that compares its files with others, in its format.
std::string compared(const report_request& request) {
    if (request.against.empty()) return {};
    const bool markdown = request.format == report_format::md;
    if (!markdown && request.format != report_format::html) {
        throw usage_error("--against is shown by --format html and md; see also railgauge compare");
    }
    point_table table;
    const auto load = [&table, &request](const std::vector<std::string>& paths) {
        std::string name = paths.front();
        if (paths.size() > 1) name += fmt::format(" and {} more", paths.size() - 1);
        return load_set(name, paths, table, request.of_rounds);
    };
    const result_set first = load(request.against);
    const result_set second = load(request.files);
    const comparison found = compare(first, second, table);
    const comparison_part part{found, first, second, table};
    return markdown ? comparison_markdown(part) : comparison_html(part);
}

std::string beside(const std::string& out, std::string_view word) {
    if (out.empty()) return {};
    const fs::path path(out);
    return (path.parent_path() /
            (path.stem().string() + "-" + std::string(word) + path.extension().string()))
        .string();
}

}  // namespace

std::optional<report_format> report_format_from(std::string_view name) noexcept {
    for (std::size_t i = 0; i < formats.size(); ++i) {
        if (formats[i].first == name) return static_cast<report_format>(i);
    }
    return std::nullopt;
}

std::vector<std::string_view> report_format_names() {
    std::vector<std::string_view> names;
    for (const auto& [name, ending] : formats) names.push_back(name);
    return names;
}

std::optional<report_format> report_format_of(std::string_view file) noexcept {
    for (std::size_t i = 0; i < formats.size(); ++i) {
        const std::string_view ending = formats[i].second;
        if (!ending.empty() && file.ends_with(ending)) return static_cast<report_format>(i);
    }
    if (file.ends_with(".htm")) return report_format::html;
    return std::nullopt;
}

made_report make_report(const report_request& request) {
    const report_format format = request.format;
    const std::string comparison = compared(request);
    if (format == report_format::nccl_tests) return printed(request, output_format::nccl_tests);
    if (format == report_format::csv) {
        if (request.files.size() > 1) {
            throw usage_error(
                "--format csv takes one file: its rows do not say which they are from");
        }
        return printed(request, output_format::csv);
    }
    if (format == report_format::github_benchmark && request.out.empty()) {
        throw usage_error("--format github-benchmark writes two files; give --out");
    }
    content_options options;
    if (format != report_format::html) options.shapes = 0;
    const report_content content = read_content(request.files, options);
    made_report made;
    for (const report_run& run : content.runs) {
        for (const std::string& problem : run.problems) {
            made.complaints += "left out: " + printable(problem) + "\n";
        }
        made.complaints += and_more(run.file, run.bad_lines, run.problems.size());
    }
    const auto one = [&](std::string text) {
        made.outputs = {{request.out, std::move(text)}};
        return std::move(made);
    };
    switch (format) {
        case report_format::md: return one(markdown_view(content, comparison));
        case report_format::junit: return one(junit_view(content));
        case report_format::prometheus: return one(prometheus_view(content));
        case report_format::github_benchmark: {
            github_benchmark_views views = github_benchmark_view(content);
            made.outputs = {{beside(request.out, "time"), std::move(views.smaller_is_better)},
                            {beside(request.out, "bandwidth"), std::move(views.bigger_is_better)}};
            return made;
        }
        default: break;
    }
    std::ostringstream html;
    write_html_report(html, content, comparison);
    return one(std::move(html).str());
}

void write_whole(const report_output& output) {
    // A link stays one, and a device or a pipe what it is: only a file is replaced.
    std::error_code none;
    const fs::path behind = fs::canonical(output.file, none);
    const std::string target = none ? output.file : behind.string();
    const bool replaced = none || fs::is_regular_file(behind, none);
    const std::string written = replaced ? fmt::format("{}.{}.part", target, getpid()) : target;
    const auto give_up = [&](std::string_view call, int fault) {
        if (replaced) std::remove(written.c_str());
        throw system_error(fmt::format("{}({})", call, output.file), fault, "is the disk full?");
    };
    errno = 0;
    {
        std::ofstream file(written, std::ios::binary | std::ios::trunc);
        if (!file) throw system_error("open(" + written + ")", errno);
        file << output.text << std::flush;
        if (!file) give_up("write", errno);
    }
    if (replaced && std::rename(written.c_str(), target.c_str()) != 0) give_up("rename", errno);
}

}  // namespace railgauge
