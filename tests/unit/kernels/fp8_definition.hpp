// The 8-bit floating-point formats by their definition (Open Compute Project, OFP8 1.0), slowly.
#pragma once

#include <cmath>
#include <cstdint>

#include "kernels/types.hpp"

namespace railgauge::testing {

/// Sign, exponent, fraction; e4m3 has one NaN and no infinities.
inline double fp8_value(dtype type, std::uint8_t code) {
    const bool e4m3 = type == dtype::fp8_e4m3;
    const int fraction_bits = e4m3 ? 3 : 2;
    const int bias = e4m3 ? 7 : 15;
    const int exponent = (code & 0x7f) >> fraction_bits;
    const int fraction = code & ((1 << fraction_bits) - 1);
    const double sign = (code & 0x80) ? -1 : 1;
    if (e4m3 && (code & 0x7f) == 0x7f) return NAN;
    if (!e4m3 && exponent == 31) return fraction ? NAN : sign * INFINITY;
    if (exponent == 0) return sign * std::ldexp(fraction, 1 - bias - fraction_bits);
    return sign * std::ldexp((1 << fraction_bits) + fraction, exponent - bias - fraction_bits);
}

/// The finite code nearest to `value`, ties to the even one, by comparing with all of them; what is
/// too large becomes the largest. `value` is no NaN.
inline std::uint8_t fp8_nearest(dtype type, double value) {
    const std::uint8_t largest = type == dtype::fp8_e4m3 ? 0x7e : 0x7b;
    const double magnitude = std::fmin(std::fabs(value), fp8_value(type, largest));
    std::uint8_t best = 0;
    for (std::uint8_t code = 1; code <= largest; ++code) {
        const double distance = std::fabs(fp8_value(type, code) - magnitude);
        const double least = std::fabs(fp8_value(type, best) - magnitude);
        if (distance < least || (distance == least && code % 2 == 0)) best = code;
    }
    return static_cast<std::uint8_t>(best | (std::signbit(value) ? 0x80 : 0));
}

}  // namespace railgauge::testing
