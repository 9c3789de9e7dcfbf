// A system's history for people at a terminal.
#pragma once

#include <cstddef>
#include <string>

#include "harness/compare/history.hpp"

namespace railgauge {

struct history_text_options {
    std::size_t most_series = 20;  ///< of a change; those with the greatest effect come first
};

/// System by system: runs, changes with what differs in provenance there, series with too few runs.
/// Names that others chose are made printable. Ends with a newline.
[[nodiscard]] std::string history_text(const history& found, const point_table& table,
                                       const history_text_options& options = {});

/// The series in words, with its algorithm where all runs have the same.
[[nodiscard]] std::string describe(const history_series& series, const point_table& table);

}  // namespace railgauge
