#include "harness/record/schema_version.hpp"

#include <charconv>
#include <string>

#include "harness/record/json_line.hpp"
#include "harness/record/run_header.hpp"

namespace railgauge {
namespace {

constexpr int our_major = 1;
constexpr int our_minor = 3;

// "major.minor.patch"; throws line_error.
bool is_newer_minor(const std::string& version, std::string_view line) {
    int parts[3] = {};
    const char* at = version.data();
    const char* const end = at + version.size();
    for (int i = 0; i < 3; ++i) {
        const auto [next, error] = std::from_chars(at, end, parts[i]);
        const bool last = i == 2;
        const bool ended_well = last ? next == end : next != end && *next == '.';
        if (error != std::errc{} || parts[i] < 0 || !ended_well) {
            throw line_error(column_of(line, "version"), "\"version\" is not of the form 1.2.3");
        }
        at = next + 1;
    }
    if (parts[0] > our_major) {
        throw line_error(column_of(line, "version"),
                         "written in version " + version + " of " + std::string(results_schema) +
                             ", this railgauge reads up to 1.x; use a newer railgauge");
    }
    return parts[0] == our_major && parts[1] > our_minor;
}

}  // namespace

bool check_schema(const json_fields& header, std::string_view line) {
    if (header.text("schema") != results_schema) {
        header.fail("schema", "is not " + std::string(results_schema));
    }
    return is_newer_minor(header.text("version"), line);
}

}  // namespace railgauge
