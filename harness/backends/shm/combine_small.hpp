// Combining a few elements, where calling the general kernel would cost more than the work.
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/types.hpp"

namespace railgauge::shm {

/// target[i] = a[i] (op) b[i]; target may be a or b.
using combine_function = void (*)(std::byte* target, const std::byte* a, const std::byte* b,
                                  std::uint64_t count);

/// For sums and averages of 4- and 8-byte types; nullptr for the rest.
[[nodiscard]] combine_function small_combiner(dtype type, redop op) noexcept;

}  // namespace railgauge::shm
