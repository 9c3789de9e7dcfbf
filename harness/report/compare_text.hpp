// A comparison for people at a terminal.
#pragma once

#include <cstddef>
#include <string>

#include "harness/compare/comparison.hpp"
#include "harness/report/compare_parts.hpp"

namespace railgauge {

struct compare_text_options {
    std::size_t most_points = 40;  ///< rows of points; those that differ come first
};

/// What differs in provenance, what could not be compared, operations and size classes, points.
/// Names that others chose are made printable. Ends with a newline.
[[nodiscard]] std::string comparison_text(const comparison& found, const result_set& first,
                                          const result_set& second, const point_table& table,
                                          const compare_text_options& options = {});

/// The point in words, with the algorithm (or both: "ring -> tree").
[[nodiscard]] std::string describe(const joined_point& point, const point_table& table);

}  // namespace railgauge
