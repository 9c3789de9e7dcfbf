// One vector of elements and how two are combined, for the instruction set of the including file.
//
// Only reduce_baseline.cpp and reduce_avx2.cpp include this. All of it has internal linkage, and it
// calls no inline function of any library: the linker would keep one copy of such a function, and
// that copy might use instructions that the machine lacks.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace railgauge {
namespace {

// The pairs of 16-bit floats below are split by their place in a 32-bit word.
static_assert(std::endian::native == std::endian::little);

#if defined(__AVX2__)
constexpr std::size_t vector_bytes = 32;
#else
constexpr std::size_t vector_bytes = 16;
#endif

template <class Lane>
struct vector_of {
    typedef Lane type __attribute__((vector_size(vector_bytes)));
};
using words = vector_of<std::uint32_t>::type;
using floats = vector_of<float>::type;

#define RAILGAUGE_INLINE [[gnu::always_inline]] inline

struct add {
    template <class V>
    RAILGAUGE_INLINE V operator()(V a, V b) const {
        return a + b;
    }
};

struct multiply {
    template <class V>
    RAILGAUGE_INLINE V operator()(V a, V b) const {
        return a * b;
    }
};

struct lesser {
    template <class V>
    RAILGAUGE_INLINE V operator()(V a, V b) const {
        return a < b ? a : b;
    }
};

struct greater {
    template <class V>
    RAILGAUGE_INLINE V operator()(V a, V b) const {
        return a > b ? a : b;
    }
};

/// Divides its first argument by the same number everywhere.
struct divide {
    float divisor;
    RAILGAUGE_INLINE floats operator()(floats a, floats) const { return a / divisor; }
};

/// Integers, float32 and float64: the vector is combined as it is.
template <class Lane>
struct plain {
    using lane = Lane;
    using vector = typename vector_of<Lane>::type;

    template <class Op>
    RAILGAUGE_INLINE static vector combine(vector a, vector b, Op op) {
        return op(a, b);
    }
};

/// bfloat16 is the upper half of a float32: each word holds an even and an odd element.
struct bfloat16_lanes {
    using lane = std::uint16_t;
    using vector = words;

    /// Rounds to nearest even, the result in the upper half; NaN stays NaN.
    RAILGAUGE_INLINE static words rounded(floats value) {
        const words bits = (words)value;
        const words even = bits + 0x7fffu + ((bits >> 16) & 1u);
        return (bits & 0x7fffffffu) > 0x7f800000u ? (bits | 0x400000u) : even;
    }

    template <class Op>
    RAILGAUGE_INLINE static vector combine(vector a, vector b, Op op) {
        const words even = rounded(op((floats)(a << 16), (floats)(b << 16)));
        const words odd = rounded(op((floats)(a & 0xffff0000u), (floats)(b & 0xffff0000u)));
        return (even >> 16) | (odd & 0xffff0000u);
    }
};

/// An 8-bit format with so many bits of fraction (3: e4m3, 2: e5m2), four elements in each word;
/// the conversions are those of element_bits.hpp.
template <int FractionBits>
struct fp8_lanes {
    using lane = std::uint8_t;
    using vector = words;

    static constexpr int shift = 23 - FractionBits;
    static constexpr std::uint32_t bias = FractionBits == 3 ? 7 : 15;
    static constexpr std::uint32_t largest = FractionBits == 3 ? 0x43e00000u : 0x47600000u;
    static constexpr std::uint32_t rounder = (127 + 24 - bias - FractionBits) << 23;

    /// `codes`: one element in the lowest byte of each word.
    RAILGAUGE_INLINE static floats widened(words codes) {
        const words magnitude = (codes & 0x7fu) << shift;
        const words sign = (codes & 0x80u) << 24;
        const floats scaled = (floats)magnitude * (FractionBits == 3 ? 0x1p120f : 0x1p112f);
        if constexpr (FractionBits == 3) {
            const words nan = words{} + 0x7fc00000u;
            return (floats)((magnitude == (0x7fu << shift) ? nan : (words)scaled) | sign);
        } else {
            const words special = magnitude | 0x7f800000u;
            return (floats)((magnitude >= (0x7cu << shift) ? special : (words)scaled) | sign);
        }
    }

    /// Rounds to nearest even and saturates, the result in the lowest byte of each word.
    RAILGAUGE_INLINE static words narrowed(floats value) {
        const words bits = (words)value;
        const words magnitude = bits & 0x7fffffffu;
        const words rounding = ((1u << (shift - 1)) - 1) + ((magnitude >> shift) & 1u);
        const words normal = (magnitude - ((127 - bias) << 23) + rounding) >> shift;
        const words subnormal =
            (words)((floats)magnitude + __builtin_bit_cast(float, rounder)) - rounder;
        const words finite = magnitude < ((128 - bias) << 23) ? subnormal : normal;
        const words most = words{} + (FractionBits == 3 ? 0x7eu : 0x7bu);
        const words number = (magnitude >= largest ? most : finite) | ((bits >> 24) & 0x80u);
        return magnitude > 0x7f800000u ? (words{} + 0x7fu) : number;
    }

    template <class Op>
    RAILGAUGE_INLINE static vector combine(vector a, vector b, Op op) {
        words result{};
        for (int at = 0; at < 32; at += 8) {
            const floats left = widened((a >> at) & 0xffu);
            result |= narrowed(op(left, widened((b >> at) & 0xffu))) << at;
        }
        return result;
    }
};

#if defined(__AVX2__) && defined(__F16C__)
struct float16_lanes {
    using lane = std::uint16_t;
    using vector = words;

    RAILGAUGE_INLINE static floats widened(__m128i halves) {
        return (floats)_mm256_cvtph_ps(halves);
    }

    RAILGAUGE_INLINE static __m128i narrowed(floats value) {
        return _mm256_cvtps_ph((__m256)value, _MM_FROUND_TO_NEAREST_INT);
    }

    template <class Op>
    RAILGAUGE_INLINE static vector combine(vector a, vector b, Op op) {
        const __m256i left = (__m256i)a;
        const __m256i right = (__m256i)b;
        const floats low =
            op(widened(_mm256_castsi256_si128(left)), widened(_mm256_castsi256_si128(right)));
        const floats high = op(widened(_mm256_extracti128_si256(left, 1)),
                               widened(_mm256_extracti128_si256(right, 1)));
        return (words)_mm256_set_m128i(narrowed(high), narrowed(low));
    }
};
#else
/// The conversions by integer arithmetic; they agree with F16C bit for bit.
struct float16_lanes {
    using lane = std::uint16_t;
    using vector = words;

    /// `halves`: one float16 in the lower half of each word. A float16's fields, moved up, are a
    /// float32 that is 2^112 times too small (its exponent's bias is 15 and not 127).
    RAILGAUGE_INLINE static floats widened(words halves) {
        const words magnitude = (halves & 0x7fffu) << 13;
        const words sign = (halves & 0x8000u) << 16;
        const floats scaled = (floats)magnitude * 0x1p112f;
        const words special = magnitude | 0x7f800000u;  // infinities and NaNs
        const words quiet =
            special | ((special & 0x7fffffu) != 0u ? (words{} + 0x400000u) : words{});
        return (floats)((magnitude >= 0x0f800000u ? quiet : (words)scaled) | sign);
    }

    /// Rounds to nearest even, the result in the lower half of each word.
    RAILGAUGE_INLINE static words narrowed(floats value) {
        const words bits = (words)value;
        const words magnitude = bits & 0x7fffffffu;
        const words normal = (magnitude + 0xc8000fffu + ((magnitude >> 13) & 1u)) >> 13;
        // Adding a half makes the FPU round at a subnormal float16's last bit.
        const words subnormal = (words)((floats)magnitude + 0.5f) - 0x3f000000u;
        const words nan = ((magnitude >> 13) & 0x3ffu) | 0x7e00u;
        const words huge = magnitude > 0x7f800000u ? nan : (words{} + 0x7c00u);
        const words finite = magnitude < 0x38800000u ? subnormal : normal;
        return (magnitude >= 0x47800000u ? huge : finite) | ((bits >> 16) & 0x8000u);
    }

    template <class Op>
    RAILGAUGE_INLINE static vector combine(vector a, vector b, Op op) {
        const words even = narrowed(op(widened(a & 0xffffu), widened(b & 0xffffu)));
        const words odd = narrowed(op(widened(a >> 16), widened(b >> 16)));
        return even | (odd << 16);
    }
};
#endif

}  // namespace
}  // namespace railgauge
