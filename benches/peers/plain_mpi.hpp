// The other side of `peer_truth`: the loops that a user of MPI would write, in a translation unit
// of its own that includes mpi.h and nothing of railgauge.
#pragma once

#include <cstddef>
#include <cstdint>

namespace peers {

enum class plain_operation { all_reduce, broadcast, all_to_all };
enum class plain_clock { x86_counter, arm_counter, monotonic };

struct plain_batch {
    std::uint64_t start_ticks;   ///< of the first sample, on the host's clock
    std::uint64_t period_ticks;  ///< from one sample's start to the next
    int samples;
    int operations;  ///< executions back to back in one sample
};

/// MPI must be initialised. Makes its own copy of MPI_COMM_WORLD. Never freed: it lives as long as
/// the process measures.
void plain_begin(plain_clock clock);

/// Executes float32 operations of `count` elements (all_to_all: a block; broadcast from rank 0: on
/// `input` there, on `output` elsewhere). Sample i starts at start + i x period on every rank, and
/// longest[i] becomes the maximum over ranks of its end minus that start, in ticks, at rank 0; a
/// value of at least `plain_late` says that a rank missed the start. False where MPI failed.
inline constexpr double plain_late = 1e300;
bool plain_run(plain_operation what, const plain_batch& batch, const float* input, float* output,
               int count, double* mine, double* longest);

}  // namespace peers
