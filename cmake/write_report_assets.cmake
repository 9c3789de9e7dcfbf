# cmake -D FOLDER=assets -D UPLOT=FOLDER_OR_EMPTY -D UPLOT_VERSION=... -D OUTPUT=... -P this
#
# What the HTML report embeds, as strings. UPLOT is a folder with uPlot's distribution (npm pack),
# or empty: the report then has tables and SVG.

file(READ "${FOLDER}/report.css" STYLE)
file(READ "${FOLDER}/report.js" SCRIPT)
set(LIBRARY "")
set(LIBRARY_STYLE "")
set(VERSION "")
if(UPLOT AND EXISTS "${UPLOT}/dist/uPlot.iife.min.js")
  file(READ "${UPLOT}/dist/uPlot.iife.min.js" code)
  file(READ "${UPLOT}/dist/uPlot.min.css" LIBRARY_STYLE)
  file(READ "${UPLOT}/LICENSE" license)
  set(LIBRARY "/*!\n${license}*/\n${code}")
  set(VERSION "${UPLOT_VERSION}")
endif()
file(CONFIGURE OUTPUT "${OUTPUT}" @ONLY CONTENT [[
// Written by cmake/write_report_assets.cmake.
#include "harness/report/report_assets.hpp"

namespace railgauge {

std::string_view report_style() noexcept {
    return R"railgauge(@STYLE@)railgauge";
}

std::string_view report_script() noexcept {
    return R"railgauge(@SCRIPT@)railgauge";
}

std::string_view uplot_script() noexcept {
    return R"railgauge(@LIBRARY@)railgauge";
}

std::string_view uplot_style() noexcept {
    return R"railgauge(@LIBRARY_STYLE@)railgauge";
}

std::string_view uplot_version() noexcept {
    return "@VERSION@";
}

}  // namespace railgauge
]])
