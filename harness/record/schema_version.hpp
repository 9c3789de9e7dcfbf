// Which versions of the format this railgauge reads.
#pragma once

#include <string_view>

#include "harness/record/json_fields.hpp"

namespace railgauge {

/// Holds a header's "schema" and "version" against ours. True where it was written in a newer minor
/// version, whose unknown kinds of lines are passed over. Throws line_error: another schema, a
/// newer major version (by its name), a version that is none.
[[nodiscard]] bool check_schema(const json_fields& header, std::string_view line);

}  // namespace railgauge
