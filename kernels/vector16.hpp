// Sixteen bytes at a time, the widest access that every device has, and how they are put together
// from two that lie beside each other; on host and device alike.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>

#include "kernels/host_device.hpp"

namespace railgauge {

static_assert(std::endian::native == std::endian::little);  // bytes are shifted within words

struct alignas(16) vector16 {
    std::uint32_t words[4];
};

inline constexpr std::uint32_t vector_size = sizeof(vector16);

/// One 16-byte load from an aligned address.
RAILGAUGE_HOST_DEVICE inline vector16 load16(const void* from) noexcept {
#if defined(__CUDA_ARCH__)
    const uint4 loaded = *static_cast<const uint4*>(from);
    return {{loaded.x, loaded.y, loaded.z, loaded.w}};
#else
    vector16 loaded;
    std::memcpy(&loaded, from, sizeof loaded);
    return loaded;
#endif
}

/// One 16-byte store to an aligned address.
RAILGAUGE_HOST_DEVICE inline void store16(void* to, const vector16& value) noexcept {
#if defined(__CUDA_ARCH__)
    *static_cast<uint4*>(to) =
        make_uint4(value.words[0], value.words[1], value.words[2], value.words[3]);
#else
    std::memcpy(to, &value, sizeof value);
#endif
}

/// The lower 32 bits of high:low shifted right by 0 .. 31 bits (one instruction on a device).
RAILGAUGE_HOST_DEVICE constexpr std::uint32_t funnel(std::uint32_t low, std::uint32_t high,
                                                     std::uint32_t bits) noexcept {
    return static_cast<std::uint32_t>((std::uint64_t{high} << 32 | low) >> bits);
}

/// Bytes shift .. shift + 16 of low followed by high, shift < 16. Words are chosen in two steps by
/// the bits of the shift, without branches and without an index into registers.
RAILGAUGE_HOST_DEVICE constexpr vector16 bytes_between(const vector16& low, const vector16& high,
                                                       std::uint32_t shift) noexcept {
    const bool by_two = (shift & 8) != 0;
    const bool by_one = (shift & 4) != 0;
    const std::uint32_t bits = shift % 4 * 8;
    const std::uint32_t a0 = by_two ? low.words[2] : low.words[0];
    const std::uint32_t a1 = by_two ? low.words[3] : low.words[1];
    const std::uint32_t a2 = by_two ? high.words[0] : low.words[2];
    const std::uint32_t a3 = by_two ? high.words[1] : low.words[3];
    const std::uint32_t a4 = by_two ? high.words[2] : high.words[0];
    const std::uint32_t a5 = by_two ? high.words[3] : high.words[1];
    const std::uint32_t b0 = by_one ? a1 : a0;
    const std::uint32_t b1 = by_one ? a2 : a1;
    const std::uint32_t b2 = by_one ? a3 : a2;
    const std::uint32_t b3 = by_one ? a4 : a3;
    const std::uint32_t b4 = by_one ? a5 : a4;
    return {
        {funnel(b0, b1, bits), funnel(b1, b2, bits), funnel(b2, b3, bits), funnel(b3, b4, bits)}};
}

/// The first `bytes` (1 .. 15) bytes of `first`, then those of `second` at their own places.
RAILGAUGE_HOST_DEVICE constexpr vector16 joined(const vector16& first, const vector16& second,
                                                std::uint32_t bytes) noexcept {
    vector16 result{};
    for (std::uint32_t i = 0; i < 4; ++i) {
        const std::uint32_t kept = bytes <= 4 * i ? 0 : bytes - 4 * i;
        const std::uint32_t mask = kept >= 4 ? ~0u : (1u << kept * 8) - 1;
        result.words[i] = (first.words[i] & mask) | (second.words[i] & ~mask);
    }
    return result;
}

}  // namespace railgauge
