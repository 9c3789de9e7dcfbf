// How the blocks of a schedule lie in the buffers of an operation.
#pragma once

#include "harness/backends/operation_spec.hpp"
#include "harness/schedule/compile.hpp"

namespace railgauge {

/// For the backends that execute schedules. Offsets count elements from where the rank's input or
/// output starts (in place: in_place_input_offset, in_place_output_offset).
[[nodiscard]] block_layout layout_of(const operation_spec& spec, const schedule& plan);

}  // namespace railgauge
