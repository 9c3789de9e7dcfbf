// From a schedule's flat list to a program with addresses.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "harness/backends/operation_spec.hpp"
#include "harness/backends/shm/program.hpp"
#include "harness/schedule/compile.hpp"

namespace railgauge::shm {

/// Where a rank's spaces start, in the caller's address space: indexed by railgauge::space.
using rank_spaces = std::array<std::byte*, 3>;

struct build_request {
    const operation_spec* spec = nullptr;
    std::span<const transfer> transfers;
    std::int32_t rank = 0;
    std::span<const rank_spaces> spaces;  ///< of all ranks
    std::span<link> links;                ///< to all ranks; the own one is not used
    bool streaming = false;               ///< large copies write around the caches
};

[[nodiscard]] program build_program(const build_request& request);

/// Replaces sequences of instructions by one that does the same: a small exchange; a copy and the
/// reductions of several peers' blocks, followed by writing the result to peers.
void fuse(program& made);

}  // namespace railgauge::shm
