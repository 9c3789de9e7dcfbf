// What the HTML report embeds: harness/report/assets, and uPlot where the build could fetch it.
// Written by cmake/write_report_assets.cmake.
#pragma once

#include <string_view>

namespace railgauge {

[[nodiscard]] std::string_view report_style() noexcept;
[[nodiscard]] std::string_view report_script() noexcept;

/// Empty without uPlot: the report then has tables and SVG.
[[nodiscard]] std::string_view uplot_script() noexcept;
[[nodiscard]] std::string_view uplot_style() noexcept;
/// "1.6.32", or "".
[[nodiscard]] std::string_view uplot_version() noexcept;

}  // namespace railgauge
