// What the runs of a report were measured on, as HTML.
#pragma once

#include <string>

#include "harness/report/report_content.hpp"

namespace railgauge {

/// A table of the runs: file, id, start, status, points of each status.
[[nodiscard]] std::string runs_html(const report_content& content);

/// For each run its command, settings, machine and launches, nested as in the file. Where several
/// runs say the same, it is told once.
[[nodiscard]] std::string provenance_html(const report_content& content);

}  // namespace railgauge
