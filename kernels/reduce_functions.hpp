// What one instruction set offers to reduce.cpp: the same loops are compiled once for each.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "kernels/types.hpp"

namespace railgauge {

/// sum, prod, min and max have loops of their own; avg is sum and then a division, mulsum
/// a sum of what was multiplied before.
inline constexpr std::size_t combining_redops = 4;

struct reduce_functions {
    /// targets[*][i] = sources[0][i] (op) sources[1][i] ...; `bytes` is a multiple of the type's
    /// size.
    using combine = void (*)(std::byte* const* targets, std::size_t target_count,
                             const std::byte* const* sources, std::size_t source_count,
                             std::uint64_t bytes, bool streaming);
    using average = void (*)(std::byte* target, std::uint64_t count, std::int32_t ranks);

    std::array<std::array<combine, combining_redops>, all_dtypes.size()> combine_of;
    std::array<average, all_dtypes.size()> average_of;
    void (*stream_copy)(std::byte* target, const std::byte* source, std::uint64_t bytes);
};

/// The instruction set that every machine of the architecture has.
[[nodiscard]] const reduce_functions& baseline_reduce_functions() noexcept;

#if defined(__x86_64__)
/// AVX2 and F16C; only for a CPU that has both.
[[nodiscard]] const reduce_functions& avx2_reduce_functions() noexcept;
#endif

}  // namespace railgauge
