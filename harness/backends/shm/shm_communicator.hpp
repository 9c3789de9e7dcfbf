#pragma once

#include <memory>

#include "harness/backends/backend.hpp"

namespace railgauge::shm {

/// Collective. Throws capability_error where the group spans several hosts.
[[nodiscard]] std::unique_ptr<communicator> make_shm_communicator(world& group);

}  // namespace railgauge::shm
