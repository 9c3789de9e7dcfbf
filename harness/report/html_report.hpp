// The report as one HTML file that needs nothing else.
#pragma once

#include <iosfwd>
#include <string>

#include "harness/report/report_content.hpp"

namespace railgauge {

/// No request leaves the file (its own policy forbids them). Without a script it is headings,
/// tables, SVG charts and heat maps; the script adds filters and, where uPlot is built in, curves
/// that can be zoomed, the distribution of a point's samples and their course. Whatever comes from
/// the files is escaped. `comparison` is a part of its own (comparison_html), or empty.
void write_html_report(std::ostream& out, const report_content& content,
                       const std::string& comparison = {});

}  // namespace railgauge
