// How a copy between two buffers of any alignment is cut into 16-byte stores, on host and device.
#pragma once

#include <cstdint>

#include "kernels/vector16.hpp"

namespace railgauge {

/// `head` bytes, then vectors that are aligned in the target, then `tail` bytes. Where the source
/// lies otherwise, each vector is put together from two aligned ones of the source, `shift` bytes
/// into the first; none reaches beyond the source, so head and tail then take up to 31 bytes each.
struct copy_cut {
    std::uint32_t head = 0;
    std::uint32_t tail = 0;
    std::uint32_t shift = 0;
    std::uint64_t vectors = 0;
};

constexpr copy_cut cut_copy(std::uintptr_t target, std::uintptr_t source,
                            std::uint64_t bytes) noexcept {
    copy_cut cut;
    std::uint64_t head = (vector_size - target % vector_size) % vector_size;
    cut.shift = static_cast<std::uint32_t>((source + head) % vector_size);
    if (head < cut.shift) head += vector_size;
    // The last vector's second half must end within the source.
    const std::uint64_t reach = cut.shift == 0 ? 0 : vector_size - cut.shift;
    cut.vectors = bytes < head + reach ? 0 : (bytes - head - reach) / vector_size;
    cut.head = static_cast<std::uint32_t>(cut.vectors == 0 ? 0 : head);
    cut.tail = static_cast<std::uint32_t>(bytes - cut.head - cut.vectors * vector_size);
    return cut;
}

/// Bytes outside vectors, at most (a buffer too short for one vector is all tail).
inline constexpr std::uint32_t most_edge_bytes = 64;

}  // namespace railgauge
