// A group's communicator of the cuda backend.
#pragma once

#include <memory>

#include "harness/backends/backend.hpp"
#include "harness/launch/world.hpp"

namespace railgauge::cuda {

/// Collective over `group`, each rank on its GPU. Throws cuda_error and capability_error.
[[nodiscard]] std::unique_ptr<communicator> make_cuda_communicator(world& group);

}  // namespace railgauge::cuda
