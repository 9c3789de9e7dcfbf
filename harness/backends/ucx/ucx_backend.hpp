// The backend `ucx`: UCP's messages and remote memory access, with railgauge's own collectives.
#pragma once

#include <memory>

#include "harness/backends/backend.hpp"

namespace railgauge {

[[nodiscard]] std::unique_ptr<backend> make_ucx_backend();

}  // namespace railgauge
