// Element types and reductions, as words. No arithmetic here.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace railgauge {

enum class dtype : std::uint8_t {
    int8,
    uint8,
    int16,
    uint16,
    int32,
    uint32,
    int64,
    uint64,
    fp8_e4m3,  ///< OCP OFP8 1.0, as CUDA's __NV_E4M3: no infinities, largest 448
    fp8_e5m2,  ///< as CUDA's __NV_E5M2: infinities, largest finite number 57,344
    float16,
    bfloat16,
    float32,
    float64,
};

inline constexpr std::array all_dtypes{
    dtype::int8,    dtype::uint8,    dtype::int16,   dtype::uint16,   dtype::int32,
    dtype::uint32,  dtype::int64,    dtype::uint64,  dtype::fp8_e4m3, dtype::fp8_e5m2,
    dtype::float16, dtype::bfloat16, dtype::float32, dtype::float64,
};

enum class redop : std::uint8_t {
    sum,
    prod,
    min,
    max,
    avg,
    mulsum,  ///< each contribution times mulsum_factor, summed: NCCL's PreMulSum
};

/// A power of two, so that no type loses a bit by it.
inline constexpr std::int64_t mulsum_factor = 2;

inline constexpr std::array all_redops{redop::sum, redop::prod, redop::min,
                                       redop::max, redop::avg,  redop::mulsum};

/// Size of one element in bytes.
[[nodiscard]] constexpr std::size_t size_of(dtype type) noexcept {
    switch (type) {
        case dtype::int8:
        case dtype::uint8:
        case dtype::fp8_e4m3:
        case dtype::fp8_e5m2: return 1;
        case dtype::int16:
        case dtype::uint16:
        case dtype::float16:
        case dtype::bfloat16: return 2;
        case dtype::int32:
        case dtype::uint32:
        case dtype::float32: return 4;
        default: return 8;
    }
}

[[nodiscard]] std::string_view name_of(dtype type) noexcept;
[[nodiscard]] std::string_view name_of(redop op) noexcept;

/// Also nccl-tests' names: half, bfloat16, float, double, f8e4m3, f8e5m2.
[[nodiscard]] std::optional<dtype> dtype_from(std::string_view name) noexcept;
[[nodiscard]] std::optional<redop> redop_from(std::string_view name) noexcept;

}  // namespace railgauge
