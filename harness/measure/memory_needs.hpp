// What a plan's buffers need, and a plan that does with less.
#pragma once

#include <cstdint>
#include <optional>

#include "harness/measure/plan.hpp"

namespace railgauge {

/// Bytes of memory that one host with all ranks of the job needs for the largest point's buffers
/// there. All of these saturate where 64 bits end.
[[nodiscard]] std::uint64_t memory_needed_bytes(const plan& all, const bench_list& benches);

/// Bytes of its device that the rank with the largest buffers needs for the largest point there.
[[nodiscard]] std::uint64_t device_memory_needed_bytes(const plan& all, const bench_list& benches);

/// What buffers may take; nothing: not known, so that nothing is left out for it.
struct memory_room {
    std::optional<std::uint64_t> host_bytes;    ///< as memory_needed_bytes counts
    std::optional<std::uint64_t> device_bytes;  ///< as device_memory_needed_bytes counts
};

/// Takes the sizes that need more out of the plan, and series that have none left. How many.
std::int64_t clamp_to(plan& all, const bench_list& benches, const memory_room& room);

}  // namespace railgauge
