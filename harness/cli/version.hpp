// `railgauge --version`.
#pragma once

#include <string>

namespace railgauge {

/// "railgauge 0.1.0 (revision 1a2b3c4d5e6f)", the compiler with its flags, and the MPI modules
/// found beside the program.
[[nodiscard]] std::string version_text();

}  // namespace railgauge
