// A comparison as JSON.
#pragma once

#include <string>

#include "harness/compare/comparison.hpp"

namespace railgauge {

/// One object, described in docs/cli.md (railgauge compare, --json). Ends with a newline.
[[nodiscard]] std::string comparison_json(const comparison& found, const result_set& first,
                                          const result_set& second, const point_table& table);

}  // namespace railgauge
