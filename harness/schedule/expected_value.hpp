// What an operation must leave in its outputs, for the prover.
#pragma once

#include "harness/schedule/symbolic_memory.hpp"

namespace railgauge {

/// What output block `block` of `rank` holds when the operation is over. `rank` has an output.
[[nodiscard]] symbolic_value expected_value(const schedule& plan, std::int64_t rank,
                                            std::int64_t block);

}  // namespace railgauge
