// From the fields of a line to its record: the inverse of lines.hpp.
#pragma once

#include "harness/record/json_fields.hpp"
#include "harness/record/point_record.hpp"
#include "harness/record/run_header.hpp"

namespace railgauge {

/// All throw line_error when a needed field is missing or a field has a wrong type. Fields that are
/// not known are left alone: newer minor versions may add some.
[[nodiscard]] run_header header_from(const json_fields& line);
[[nodiscard]] launch_record launch_from(const json_fields& line);
[[nodiscard]] resume_record resume_from(const json_fields& line);
[[nodiscard]] communicator_record communicator_from(const json_fields& line);
[[nodiscard]] point_record point_from(const json_fields& line);
[[nodiscard]] run_end end_from(const json_fields& line);

}  // namespace railgauge
