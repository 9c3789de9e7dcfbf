// A system's history for programs.
#pragma once

#include <string>

#include "harness/compare/history.hpp"

namespace railgauge {

/// One JSON object with all series and changes (docs/cli.md); ends with a newline.
[[nodiscard]] std::string history_json(const history& found, const point_table& table);

}  // namespace railgauge
