// From the words of a command line to an exit status.
#pragma once

#include <cstdio>

#include "harness/base/exit_status.hpp"

namespace railgauge {

/// Parses the words and runs the verb. Prints what a verb prints to standard output, and help or
/// version to `out`; errors go to `err` as "railgauge: text". Never throws.
[[nodiscard]] exit_status run_command_line(int argc, const char* const* argv, std::FILE* out,
                                           std::FILE* err);

}  // namespace railgauge
