// How a point was measured, apart from what: only what is defined alike is compared.
#pragma once

#include <string>

#include "harness/compare/point_table.hpp"

namespace railgauge {

/// What remains of a key when all that only defines how it was measured is taken away.
[[nodiscard]] packed_key without_definition(packed_key key);

/// The first difference of two definitions of the same measurement, in words: "timing: isolated,
/// streamed". Both keys are of `table`.
[[nodiscard]] std::string definition_difference(const packed_key& a, const packed_key& b,
                                                const point_table& table);

}  // namespace railgauge
