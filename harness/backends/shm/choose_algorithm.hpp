// Which algorithm runs when the user names none.
#pragma once

#include <string>

#include "harness/backends/operation_spec.hpp"

namespace railgauge::shm {

/// The fastest measured one for this kind, number of ranks and size; one of algorithms_for.
[[nodiscard]] std::string choose_algorithm(const operation_spec& spec, int ranks);

}  // namespace railgauge::shm
