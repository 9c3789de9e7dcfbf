// Running a program.
#pragma once

#include "harness/backends/shm/combine_small.hpp"
#include "harness/backends/shm/program.hpp"

namespace railgauge::shm {

/// Executes once; returns when this rank's output is complete and nobody reads its memory any
/// more. Does not allocate. `combine` is small_combiner of the program's type and reduction.
void execute(const program& made, combine_function combine);

}  // namespace railgauge::shm
