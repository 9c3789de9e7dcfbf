// What a rank puts in before an operation, and what it must find after.
#pragma once

#include <cstdint>
#include <string>

#include "harness/backends/backend.hpp"
#include "harness/launch/world.hpp"

namespace railgauge {

/// Buffers of one rank for one point; in place, both are the same memory.
struct point_buffers {
    memory* input = nullptr;
    memory* output = nullptr;
};

/// Fills this rank's input with the pattern of `seed`, and (out of place) the output with poison.
void fill_buffers(const operation_spec& spec, int rank, int ranks, std::uint64_t seed,
                  point_buffers buffers);

/// The same for all of this process's ranks: one, or one for each GPU that it drives.
void fill_own_buffers(const world& group, const operation_spec& spec, std::uint64_t seed,
                      point_buffers buffers);

/// What is wrong, for the record; empty when all is right.
struct verification_result {
    std::uint64_t wrong_elements = 0;  ///< over all ranks
    std::string message;  ///< "rank 1: element 17 is 3, expected 4; 12 elements are wrong in all"
                          ///< and, with several GPUs a process, whose rank that is
};

/// Collective: every process checks the outputs of its ranks, rank 0 gets the result. Out of place,
/// a broadcast's root is not asked: neither NCCL's users nor MPI's rely on its output.
[[nodiscard]] verification_result verify_outputs(world& group, const operation_spec& spec,
                                                 std::uint64_t seed, point_buffers buffers);

/// Collective, for barriers: the ranks enter one after the other, and none may leave before the
/// last has entered, by the host's clock.
[[nodiscard]] verification_result verify_barrier(world& group, operation& what);

}  // namespace railgauge
