// One result set held against another, as a part of a report.
#pragma once

#include <cstddef>
#include <string>

#include "harness/compare/comparison.hpp"

namespace railgauge {

/// A comparison with what it is of; all outlive it.
struct comparison_part {
    const comparison& found;
    const result_set& first;   ///< A, the baseline
    const result_set& second;  ///< B, what is reported
    const point_table& table;
};

/// Rows of points in a part; those that differ come first. All stand in `railgauge compare --json`.
inline constexpr std::size_t most_compared_points = 500;

/// For the HTML report: what differs in provenance, what could not be compared, verdicts by
/// operation and size and by point, each ratio with its interval as figures and as a picture. Rows
/// of points carry data-op, data-backend and data-ranks for the filters.
[[nodiscard]] std::string comparison_html(const comparison_part& part);

/// The same for Markdown, without pictures.
[[nodiscard]] std::string comparison_markdown(const comparison_part& part);

}  // namespace railgauge
