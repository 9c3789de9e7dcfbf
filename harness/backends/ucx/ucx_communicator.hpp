#pragma once

#include <memory>

#include "harness/backends/backend.hpp"

namespace railgauge::ucx {

/// Collective. Throws capability_error and ucx_error.
[[nodiscard]] std::unique_ptr<communicator> make_ucx_communicator(world& group);

}  // namespace railgauge::ucx
