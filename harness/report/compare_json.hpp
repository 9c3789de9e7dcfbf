// A comparison as JSON.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "harness/compare/comparison.hpp"

namespace railgauge {

/// One object, described in docs/cli.md (railgauge compare, --json). Ends with a newline.
[[nodiscard]] std::string comparison_json(const comparison& found, const result_set& first,
                                          const result_set& second, const point_table& table);

/// The same piece by piece: a million points are not kept as text.
void write_comparison_json(const comparison& found, const result_set& first,
                           const result_set& second, const point_table& table,
                           const std::function<void(std::string_view)>& write);

}  // namespace railgauge
