// Elements as bits: how a number is stored in each type, on host and device alike.
#pragma once

#include <bit>
#include <cstdint>

#include "kernels/host_device.hpp"
#include "kernels/types.hpp"

namespace railgauge {

/// The float16 nearest to `value`, ties to even; NaN becomes a quiet NaN.
RAILGAUGE_HOST_DEVICE constexpr std::uint16_t float16_from(float value) noexcept {
    const auto bits = std::bit_cast<std::uint32_t>(value);
    const std::uint32_t sign = (bits >> 16) & 0x8000u;
    const std::uint32_t magnitude = bits & 0x7fffffffu;
    std::uint32_t result = 0;
    if (magnitude >= 0x47800000u) {  // 65536 and above, infinity, NaN
        result = magnitude > 0x7f800000u ? 0x7e00u | ((magnitude >> 13) & 0x3ffu) : 0x7c00u;
    } else if (magnitude < 0x38800000u) {
        // Below the least normal float16: adding a half rounds at a subnormal's last bit.
        result = std::bit_cast<std::uint32_t>(std::bit_cast<float>(magnitude) + 0.5F) - 0x3f000000u;
    } else {
        result = (magnitude + 0xc8000fffu + ((magnitude >> 13) & 1u)) >> 13;
    }
    return static_cast<std::uint16_t>(result | sign);
}

/// Exact.
RAILGAUGE_HOST_DEVICE constexpr float float_from_float16(std::uint16_t half) noexcept {
    const std::uint32_t sign = (half & 0x8000u) << 16;
    const std::uint32_t magnitude = (half & 0x7fffu) << 13;
    std::uint32_t result = 0;
    if (magnitude >= 0x0f800000u) {
        result = magnitude | 0x7f800000u;
    } else {
        result = std::bit_cast<std::uint32_t>(std::bit_cast<float>(magnitude) * 0x1p112F);
    }
    return std::bit_cast<float>(result | sign);
}

/// The bfloat16 nearest to `value`, ties to even; NaN becomes a quiet NaN.
RAILGAUGE_HOST_DEVICE constexpr std::uint16_t bfloat16_from(float value) noexcept {
    const auto bits = std::bit_cast<std::uint32_t>(value);
    if ((bits & 0x7fffffffu) > 0x7f800000u) return static_cast<std::uint16_t>((bits >> 16) | 0x40u);
    return static_cast<std::uint16_t>((bits + 0x7fffu + ((bits >> 16) & 1u)) >> 16);
}

/// Exact.
RAILGAUGE_HOST_DEVICE constexpr float float_from_bfloat16(std::uint16_t half) noexcept {
    return std::bit_cast<float>(static_cast<std::uint32_t>(half) << 16);
}

/// The 8-bit floating-point formats, told apart by the bits of their fraction: 3 is e4m3, 2 is e5m2
/// (Open Compute Project, OFP8 1.0). The nearest to `value`, ties to even; what is too large
/// becomes the largest finite number, infinities too, and NaN 0x7f, which is one in both: CUDA's
/// conversions with __NV_SATFINITE, which NCCL uses.
template <std::uint32_t FractionBits>
RAILGAUGE_HOST_DEVICE constexpr std::uint8_t fp8_from(float value) noexcept {
    static_assert(FractionBits == 2 || FractionBits == 3);
    constexpr std::uint32_t shift = 23 - FractionBits;
    constexpr std::uint32_t bias = FractionBits == 3 ? 7 : 15;
    constexpr std::uint32_t largest = FractionBits == 3 ? 0x43e00000u : 0x47600000u;
    // Added to a subnormal number, this rounds at its last bit, as in float16_from.
    constexpr std::uint32_t rounder = (127 + 24 - bias - FractionBits) << 23;
    const auto bits = std::bit_cast<std::uint32_t>(value);
    const std::uint32_t sign = (bits >> 24) & 0x80u;
    const std::uint32_t magnitude = bits & 0x7fffffffu;
    if (magnitude > 0x7f800000u) return 0x7f;
    std::uint32_t result = 0;
    if (magnitude >= largest) {
        result = FractionBits == 3 ? 0x7eu : 0x7bu;
    } else if (magnitude < (128 - bias) << 23) {
        result = std::bit_cast<std::uint32_t>(std::bit_cast<float>(magnitude) +
                                              std::bit_cast<float>(rounder)) -
                 rounder;
    } else {
        constexpr std::uint32_t half_less_one = (1u << (shift - 1)) - 1;
        result = (magnitude - ((127 - bias) << 23) + half_less_one + ((magnitude >> shift) & 1u)) >>
                 shift;
    }
    return static_cast<std::uint8_t>(result | sign);
}

/// Exact.
template <std::uint32_t FractionBits>
RAILGAUGE_HOST_DEVICE constexpr float float_from_fp8(std::uint8_t code) noexcept {
    static_assert(FractionBits == 2 || FractionBits == 3);
    constexpr float scale = FractionBits == 3 ? 0x1p120F : 0x1p112F;
    const std::uint32_t sign = (code & 0x80u) << 24;
    const std::uint32_t magnitude = (code & 0x7fu) << (23 - FractionBits);
    std::uint32_t result = std::bit_cast<std::uint32_t>(std::bit_cast<float>(magnitude) * scale);
    if (FractionBits == 3 && (code & 0x7fu) == 0x7fu) result = 0x7fc00000u;
    if (FractionBits == 2 && (code & 0x7fu) >= 0x7cu) result = magnitude | 0x7f800000u;
    return std::bit_cast<float>(result | sign);
}

/// The bits of an integer that `type` holds exactly, in the lower size_of(type) bytes.
RAILGAUGE_HOST_DEVICE constexpr std::uint64_t bits_of_integer(dtype type,
                                                              std::int64_t value) noexcept {
    switch (type) {
        case dtype::fp8_e4m3: return fp8_from<3>(static_cast<float>(value));
        case dtype::fp8_e5m2: return fp8_from<2>(static_cast<float>(value));
        case dtype::float16: return float16_from(static_cast<float>(value));
        case dtype::bfloat16: return bfloat16_from(static_cast<float>(value));
        case dtype::float32: return std::bit_cast<std::uint32_t>(static_cast<float>(value));
        case dtype::float64: return std::bit_cast<std::uint64_t>(static_cast<double>(value));
        default: return static_cast<std::uint64_t>(value);
    }
}

/// The bits of `value` rounded to a floating-point `type` (by way of float32 for shorter ones).
RAILGAUGE_HOST_DEVICE constexpr std::uint64_t bits_of_quotient(dtype type, double value) noexcept {
    switch (type) {
        case dtype::fp8_e4m3: return fp8_from<3>(static_cast<float>(value));
        case dtype::fp8_e5m2: return fp8_from<2>(static_cast<float>(value));
        case dtype::float16: return float16_from(static_cast<float>(value));
        case dtype::bfloat16: return bfloat16_from(static_cast<float>(value));
        case dtype::float32: return std::bit_cast<std::uint32_t>(static_cast<float>(value));
        default: return std::bit_cast<std::uint64_t>(value);
    }
}

/// What the bits of a floating-point element mean.
RAILGAUGE_HOST_DEVICE constexpr double number_of(dtype type, std::uint64_t bits) noexcept {
    switch (type) {
        case dtype::fp8_e4m3: return float_from_fp8<3>(static_cast<std::uint8_t>(bits));
        case dtype::fp8_e5m2: return float_from_fp8<2>(static_cast<std::uint8_t>(bits));
        case dtype::float16: return float_from_float16(static_cast<std::uint16_t>(bits));
        case dtype::bfloat16: return float_from_bfloat16(static_cast<std::uint16_t>(bits));
        case dtype::float32: return std::bit_cast<float>(static_cast<std::uint32_t>(bits));
        default: return std::bit_cast<double>(bits);
    }
}

[[nodiscard]] RAILGAUGE_HOST_DEVICE constexpr bool is_floating(dtype type) noexcept {
    return type >= dtype::fp8_e4m3;
}

[[nodiscard]] RAILGAUGE_HOST_DEVICE constexpr bool is_unsigned(dtype type) noexcept {
    return type == dtype::uint8 || type == dtype::uint16 || type == dtype::uint32 ||
           type == dtype::uint64;
}

}  // namespace railgauge
