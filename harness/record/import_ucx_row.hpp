// A line of figures as ucx_perftest prints it: as a table, with or without a label, or as CSV (-v).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/record/import_text.hpp"

namespace railgauge {

/// What the heading of the figures says of the lines below it; it differs from version to version.
enum class ucx_layout : std::uint8_t {
    none,      ///< no heading yet
    plain,     ///< up to 1.10: no label, the last line of a test is its result
    labelled,  ///< "Stage": the result is the line "Final:"
    final,     ///< "Test" (-f): results alone, with the test's name before them if it has one
    csv,       ///< -v: the names of batch files' lines first
};

struct ucx_row {
    std::vector<std::string> names;  ///< of the lines of batch files (-b)
    std::uint64_t iterations = 0;
    double overall_us = 0;
};

/// What a line is below a heading. `fault` is set for one that is a result but cannot be read.
struct ucx_line {
    std::optional<ucx_row> row;
    bool is_progress = false;  ///< how it went so far; never a result
    std::string fault;
    std::uint64_t column = 1;  ///< of the fault
};

/// The layout that a heading announces; nothing for other lines.
[[nodiscard]] std::optional<ucx_layout> ucx_layout_of(std::string_view line);

/// `csv_names` is the number of names before the figures of a CSV line. Thousands may be separated
/// by commas (-N).
[[nodiscard]] ucx_line parse_ucx_line(const text_line& line, ucx_layout layout,
                                      std::size_t csv_names);

/// "8192" or "00008192" among the names: the batch files that come with UCX name sizes so.
[[nodiscard]] std::optional<std::uint64_t> size_among(const std::vector<std::string>& names);

}  // namespace railgauge
