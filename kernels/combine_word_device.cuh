// Four bytes of elements combined with four others, with the bits of reduce_lanes.hpp.
//
// Floating point below 32 bits is computed in float32 and rounded once: float32 has more than twice
// the bits of each of them, so that nothing is rounded twice. The conversions are the device's own
// instructions, but those of fp8, which came with compute capability 8.9.
#pragma once

#include <cuda_bf16.h>
#include <cuda_fp16.h>
#include <cuda_fp8.h>

#include <cstdint>

#include "kernels/element_bits.hpp"

namespace railgauge {

struct adding {
    template <class T>
    __device__ T operator()(T a, T b) const {
        return static_cast<T>(a + b);
    }
};

struct multiplying {
    template <class T>
    __device__ T operator()(T a, T b) const {
        return static_cast<T>(a * b);
    }
    /// In unsigned int: as an int, the product of two large ones would overflow.
    __device__ std::uint16_t operator()(std::uint16_t a, std::uint16_t b) const {
        return static_cast<std::uint16_t>(unsigned{a} * b);
    }
};

struct choosing_least {
    template <class T>
    __device__ T operator()(T a, T b) const {
        return a < b ? a : b;
    }
};

struct choosing_greatest {
    template <class T>
    __device__ T operator()(T a, T b) const {
        return a > b ? a : b;
    }
};

/// Integers of up to 32 bits.
template <class Lane>
struct integer_word {
    template <class Op>
    __device__ static std::uint32_t combine(std::uint32_t a, std::uint32_t b, Op op) {
        constexpr std::uint32_t mask = sizeof(Lane) == 4 ? ~0u : (1u << sizeof(Lane) % 4 * 8) - 1;
        std::uint32_t result = 0;
#pragma unroll
        for (unsigned at = 0; at < 32; at += sizeof(Lane) * 8) {
            const Lane lane = op(static_cast<Lane>(a >> at), static_cast<Lane>(b >> at));
            result |= (static_cast<std::uint32_t>(lane) & mask) << at;
        }
        return result;
    }
};

struct float32_word {
    template <class Op>
    __device__ static std::uint32_t combine(std::uint32_t a, std::uint32_t b, Op op) {
        return __float_as_uint(op(__uint_as_float(a), __uint_as_float(b)));
    }
};

struct float16_word {
    __device__ static float2 widened(std::uint32_t word) {
        __half2_raw halves;
        halves.x = static_cast<unsigned short>(word);
        halves.y = static_cast<unsigned short>(word >> 16);
        return __half22float2(__half2(halves));
    }

    template <class Op>
    __device__ static std::uint32_t combine(std::uint32_t a, std::uint32_t b, Op op) {
        const float2 left = widened(a);
        const float2 right = widened(b);
        const __half2_raw result = __floats2half2_rn(op(left.x, right.x), op(left.y, right.y));
        return result.x | std::uint32_t{result.y} << 16;
    }
};

struct bfloat16_word {
    template <class Op>
    __device__ static std::uint32_t combine(std::uint32_t a, std::uint32_t b, Op op) {
        const float low = op(__uint_as_float(a << 16), __uint_as_float(b << 16));
        const float high = op(__uint_as_float(a & 0xffff0000u), __uint_as_float(b & 0xffff0000u));
        const __nv_bfloat162_raw result = __floats2bfloat162_rn(low, high);
        return result.x | std::uint32_t{result.y} << 16;
    }
};

template <std::uint32_t FractionBits>
struct fp8_word {
    static constexpr auto kind = FractionBits == 3 ? __NV_E4M3 : __NV_E5M2;

    __device__ static float2 widened(std::uint32_t pair) {
#if __CUDA_ARCH__ >= 890
        const __half2_raw halves =
            __nv_cvt_fp8x2_to_halfraw2(static_cast<__nv_fp8x2_storage_t>(pair), kind);
        return __half22float2(__half2(halves));
#else
        return {float_from_fp8<FractionBits>(static_cast<std::uint8_t>(pair)),
                float_from_fp8<FractionBits>(static_cast<std::uint8_t>(pair >> 8))};
#endif
    }

    __device__ static std::uint32_t narrowed(float2 pair) {
#if __CUDA_ARCH__ >= 890
        return __nv_cvt_float2_to_fp8x2(pair, __NV_SATFINITE, kind);
#else
        return fp8_from<FractionBits>(pair.x) | std::uint32_t{fp8_from<FractionBits>(pair.y)} << 8;
#endif
    }

    template <class Op>
    __device__ static std::uint32_t combine(std::uint32_t a, std::uint32_t b, Op op) {
        std::uint32_t result = 0;
#pragma unroll
        for (unsigned at = 0; at < 32; at += 16) {
            const float2 left = widened(a >> at & 0xffffu);
            const float2 right = widened(b >> at & 0xffffu);
            result |= narrowed({op(left.x, right.x), op(left.y, right.y)}) << at;
        }
        return result;
    }
};

}  // namespace railgauge
