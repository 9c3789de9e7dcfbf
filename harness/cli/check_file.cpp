#include "harness/cli/check_file.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <fstream>

#include "harness/base/error.hpp"
#include "harness/base/regular_file.hpp"
#include "harness/measure/suite.hpp"
#include "harness/record/validate.hpp"
#include "harness/topology/expectations.hpp"
#include "harness/topology/read_topology.hpp"

namespace railgauge {
namespace {

constexpr std::string_view no_file_advice =
    "give a results file, a suite, a topology or a file of expectations";

bool begins_like_json(const std::string& path) {
    require_regular_file(path, no_file_advice);
    errno = 0;
    std::ifstream in(path, std::ios::binary);
    if (!in) throw system_error("open(" + path + ")", errno, no_file_advice);
    char first = 0;
    in >> std::ws;
    in.get(first);
    if (in.bad()) throw system_error("read(" + path + ")", errno, no_file_advice);
    return first == '{';
}

file_verdict check_results(const std::string& path) {
    const results_check found = validate_results(path);
    file_verdict verdict;
    verdict.sound = found.problems.empty();
    for (const std::string& problem : found.problems) verdict.text += problem + "\n";
    const auto& counts = found.counts;
    verdict.text += fmt::format(
        "{}: {} results file, {} lines, {} points ({} ok, {} skipped, {} failed, {} invalid), {} "
        "samples, {}\n",
        path, verdict.sound ? "a sound" : "not a sound", found.lines, counts.total(),
        counts[point_status::ok], counts[point_status::skipped], counts[point_status::failed],
        counts[point_status::invalid], found.samples,
        found.ended ? fmt::format("closed with status {}", found.status)
                    : "cut short (--resume continues it)");
    return verdict;
}

file_verdict check_suite(const std::string& path) {
    const suite found = read_suite(path);
    return {true, fmt::format("{}: a sound suite, '{}', {} case{}\n", path, found.name,
                              found.cases.size(), found.cases.size() == 1 ? "" : "s")};
}

file_verdict check_topology(const std::string& path) {
    const topology found = read_topology(path);
    return {true, fmt::format("{}: a sound topology, '{}', {} {}s\n", path, found.name,
                              found.root().gpus, found.unit)};
}

file_verdict check_expectations(const std::string& path) {
    const auto found = read_expectations(path);
    return {true,
            fmt::format("{}: a sound file of expectations, {} of them\n", path, found.size())};
}

// All of these are TOML; a file that says nothing of what it is is read as a suite. None is longer
// than this by far.
file_verdict check_toml(const std::string& path) {
    constexpr std::size_t most_bytes = 4 << 20;
    const std::string text = read_whole_file(path, most_bytes);
    if (looks_like_topology(text)) return check_topology(path);
    if (looks_like_expectations(text)) return check_expectations(path);
    return check_suite(path);
}

}  // namespace

file_verdict check_file(const std::string& path) {
    try {
        if (begins_like_json(path)) return check_results(path);
        return check_toml(path);
    } catch (const error& fault) {
        return {false, std::string(fault.what()) + "\n"};
    }
}

}  // namespace railgauge
