#include "harness/cli/convert_file.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "harness/base/error.hpp"
#include "harness/record/results_writer.hpp"

namespace railgauge {
namespace {

std::string whole_text(const std::string& path) {
    std::error_code fault;
    if (std::filesystem::is_directory(path, fault)) {
        throw system_error("read(" + path + ")", EISDIR, "give the tool's output as a file");
    }
    errno = 0;
    std::ifstream in(path, std::ios::binary);
    if (!in) throw system_error("open(" + path + ")", errno, "give the tool's output as a file");
    std::string text{std::istreambuf_iterator<char>(in), {}};
    if (in.bad()) throw system_error("read(" + path + ")", errno);
    return text;
}

std::string names_of_formats() {
    std::string names;
    for (const std::string_view name : import_format_names()) {
        names += (names.empty() ? "" : ", ") + std::string(name);
    }
    return names;
}

import_format format_of(const convert_request& request, const std::string& text) {
    if (request.from) return *request.from;
    if (const auto guessed = guess_import_format(text)) return *guessed;
    throw usage_error(
        fmt::format("{} looks like none of {}; give --from", request.file, names_of_formats()));
}

}  // namespace

std::string converted_name(const std::string& file, const std::string& folder) {
    const std::string stem = std::filesystem::path(file).stem().string();
    const std::string name = (stem.empty() ? "converted" : stem) + ".jsonl";
    return folder.empty() ? name : (std::filesystem::path(folder) / name).string();
}

convert_outcome convert_file(const convert_request& request) {
    const std::string text = whole_text(request.file);
    const import_format format = format_of(request, text);
    const imported_run run = import_run(text, request.file, format, request.options);

    results_writer writer(request.out);
    writer.write(run.header);
    writer.write(std::span(run.points));
    run_end end;
    end.counts = writer.counts();
    if (!run.cut) writer.write(end);

    convert_outcome outcome;
    outcome.whole = run.problem_count == 0;
    for (const import_problem& each : run.problems) {
        outcome.complaints += fmt::format("{}:{}:{}: left out: {}\n", request.file, each.line,
                                          each.column, each.message);
    }
    if (run.problem_count > run.problems.size()) {
        outcome.complaints +=
            fmt::format("{}: and {} more\n", request.file, run.problem_count - run.problems.size());
    }
    outcome.text = fmt::format("{}: {}, {} points, {} launch{}: {}\n", request.file,
                               name_of(format), run.points.size(), run.header.plan.launches,
                               run.header.plan.launches == 1 ? "" : "es", request.out);
    return outcome;
}

}  // namespace railgauge
