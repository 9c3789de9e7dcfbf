// Combining and copying buffers on the host, vectorised.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "kernels/types.hpp"

namespace railgauge {

/// target[i] = target[i] (op) source[i] for `count` elements. Integers wrap;
/// floating-point types below 32 bits are computed in float32 and rounded to nearest even after
/// each step, fp8 results that are too large to the largest finite number; `avg` sums (see
/// finish_average). Buffers may be the same or disjoint, of any alignment.
void reduce_into(dtype type, redop op, std::byte* target, const std::byte* source,
                 std::uint64_t count);

/// Every target[t][i] = sources[0][i] (op) sources[1][i] (op) ... in that order. Targets may be
/// sources; otherwise buffers are disjoint. `streaming` writes around the caches.
void reduce_many(dtype type, redop op, std::span<std::byte* const> targets,
                 std::span<const std::byte* const> sources, std::uint64_t count,
                 bool streaming = false);

/// The last step of `avg`: divides by `ranks` (integers truncate toward zero).
void finish_average(dtype type, std::byte* target, std::uint64_t count, std::int32_t ranks);

/// memcpy; `streaming` writes around the caches, which pays for buffers beyond them.
void copy_bytes(std::byte* target, const std::byte* source, std::uint64_t bytes,
                bool streaming = false);

}  // namespace railgauge
