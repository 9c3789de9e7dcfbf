// Each kind of line as text, without its newline. The format is told in docs/result-format.md.
#pragma once

#include <string>

#include "harness/record/point_record.hpp"
#include "harness/record/run_header.hpp"

namespace railgauge {

/// Text fields that are not UTF-8 (a host's name, an argument) have the wrong bytes replaced by
/// U+FFFD. A *_json member that is not a JSON object throws std::invalid_argument.
[[nodiscard]] std::string to_line(const run_header& header);
[[nodiscard]] std::string to_line(const launch_record& launch);
[[nodiscard]] std::string to_line(const resume_record& resume);
[[nodiscard]] std::string to_line(const communicator_record& made);
[[nodiscard]] std::string to_line(const point_record& point);
[[nodiscard]] std::string to_line(const run_end& end);

}  // namespace railgauge
