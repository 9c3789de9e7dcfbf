// The ucx backend, if this build has one.
#pragma once

#include <memory>

#include "harness/backends/backend.hpp"

namespace peers {

/// Throws capability_error where the build or the machine has no UCX.
std::unique_ptr<railgauge::backend> find_ucx();

}  // namespace peers
