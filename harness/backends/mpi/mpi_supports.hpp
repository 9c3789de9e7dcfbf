// What MPI cannot do, with the reason: the same for every library but for the width of its counts.
// Free of mpi.h, so that it is tested without a launcher.
#pragma once

#include "harness/backends/backend.hpp"

namespace railgauge {

/// Whether every count and displacement of the call is at most INT_MAX.
[[nodiscard]] bool counts_fit_int(const operation_spec& spec, int ranks) noexcept;

/// `large_counts`: the library has MPI 4.0's calls with MPI_Count.
[[nodiscard]] capability mpi_supports(const operation_spec& spec, int ranks, bool large_counts);

}  // namespace railgauge
