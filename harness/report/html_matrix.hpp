// The pairs of a run as a heat map.
#pragma once

#include <string>

#include "harness/report/report_content.hpp"

namespace railgauge {

/// From this many ends on, the figures stand only in the picture's colours: a table of them would
/// be longer than the rest of the report.
inline constexpr std::size_t matrix_figures_below = 129;

/// An SVG with a cell for each pair that was measured, from the row's end to the column's (the
/// median over launches), coloured by its share of the best in eight steps, and the figures as a
/// table.
[[nodiscard]] std::string matrix_html(const report_matrix& matrix, const std::string& run_name);

}  // namespace railgauge
