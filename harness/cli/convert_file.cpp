#include "harness/cli/convert_file.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "harness/base/error.hpp"
#include "harness/record/results_writer.hpp"
#include "harness/report/counted.hpp"

namespace railgauge {
namespace {

// Which files there are is what the user said: a usage error, as the others may be fine.
std::string whole_text(const std::string& path) {
    const auto refuse = [&](const char* call, int number) {
        constexpr const char* advice = "give the tool's output as a file";
        throw usage_error(system_error(fmt::format("{}({})", call, path), number, advice).what());
    };
    std::error_code fault;
    if (std::filesystem::is_directory(path, fault)) refuse("read", EISDIR);
    errno = 0;
    std::ifstream in(path, std::ios::binary);
    if (!in) refuse("open", errno);
    std::string text{std::istreambuf_iterator<char>(in), {}};
    if (in.bad()) refuse("read", errno);
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

// The writer refuses what exists, too, but speaks of going on with a run.
void refuse_what_exists(const std::string& out) {
    std::error_code fault;
    if (!std::filesystem::is_regular_file(out, fault) || fault) return;
    if (std::filesystem::file_size(out, fault) == 0 || fault) return;
    throw usage_error(out +
                      " exists and is not empty; give another file or folder with --out, or "
                      "remove this one");
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

    refuse_what_exists(request.out);
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
    const auto launches = static_cast<std::uint64_t>(run.header.plan.launches);
    outcome.text =
        fmt::format("{}: {}, {}, {}: {}\n", request.file, name_of(format),
                    counted(run.points.size(), "point"), counted(launches, "launch"), request.out);
    return outcome;
}

}  // namespace railgauge
