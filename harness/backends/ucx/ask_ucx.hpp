// Asking libucp who it is without running its constructors in this process.
#pragma once

#include <string>

namespace railgauge::ucx {

struct ucx_answer {
    std::string version;  ///< as ucp_get_version_string says it
    std::string problem;  ///< why there is none; empty where there is one
};

/// Opens libucp.so.0 in a forked child (in this process where it is open already, since a rank must
/// not fork any more). A child that hangs is ended after 10 s.
[[nodiscard]] ucx_answer ask_ucx();

}  // namespace railgauge::ucx
