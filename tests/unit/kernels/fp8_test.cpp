// fp8 against its definition, over all codes and all pairs of codes, and against CUDA's own
// conversions on the host where its headers are.
#include <gtest/gtest.h>

#include <array>
#include <cstring>
#include <random>
#include <vector>

#include "kernels/element_bits.hpp"
#include "kernels/reduce.hpp"
#include "kernels/reduce_functions.hpp"
#include "tests/unit/kernels/fp8_definition.hpp"

#if __has_include(<cuda_fp8.h>)
#include <cuda_fp8.h>
#endif

namespace railgauge {
namespace {

using testing::fp8_nearest;
using testing::fp8_value;

constexpr std::array both{dtype::fp8_e4m3, dtype::fp8_e5m2};

float widened(dtype type, std::uint8_t code) {
    return type == dtype::fp8_e4m3 ? float_from_fp8<3>(code) : float_from_fp8<2>(code);
}

std::uint8_t narrowed(dtype type, float value) {
    return type == dtype::fp8_e4m3 ? fp8_from<3>(value) : fp8_from<2>(value);
}

TEST(fp8, is_a_type_of_one_byte_with_nccl_tests_name_too) {
    EXPECT_EQ(size_of(dtype::fp8_e4m3), 1u);
    EXPECT_EQ(size_of(dtype::fp8_e5m2), 1u);
    EXPECT_EQ(dtype_from("fp8_e4m3"), dtype::fp8_e4m3);
    EXPECT_EQ(dtype_from("f8e4m3"), dtype::fp8_e4m3);
    EXPECT_EQ(dtype_from("f8e5m2"), dtype::fp8_e5m2);
    EXPECT_TRUE(is_floating(dtype::fp8_e4m3) && is_floating(dtype::fp8_e5m2));
    EXPECT_FALSE(is_floating(dtype::uint64));
}

TEST(fp8, all_codes_mean_what_the_definition_says) {
    for (const dtype type : both) {
        for (int i = 0; i < 256; ++i) {
            const auto code = static_cast<std::uint8_t>(i);
            const float value = widened(type, code);
            const double wanted = fp8_value(type, code);
            ASSERT_EQ(std::isnan(value), std::isnan(wanted)) << name_of(type) << ' ' << i;
            if (std::isnan(wanted)) continue;
            ASSERT_EQ(value, wanted) << name_of(type) << ' ' << i;
            ASSERT_EQ(std::signbit(value), std::signbit(wanted));
            if (!std::isfinite(value)) continue;
            ASSERT_EQ(narrowed(type, value), code);
        }
    }
    EXPECT_EQ(fp8_value(dtype::fp8_e4m3, 0x7e), 448);
    EXPECT_EQ(fp8_value(dtype::fp8_e5m2, 0x7b), 57344);
}

/// Every finite value, the middle to the next one, and their neighbours in float32; and numbers of
/// all magnitudes.
std::vector<float> interesting() {
    std::vector<float> values{0.0F,     -0.0F,     1e-30F,   1e30F,    INFINITY, 448.0F,
                              463.99F,  464.0F,    465.0F,   57344.0F, 61439.0F, 61440.0F,
                              61441.0F, 0x1p-149F, 0x1p-10F, 0x1p-17F};
    for (const dtype type : both) {
        const int finite = type == dtype::fp8_e4m3 ? 0x7e : 0x7b;
        for (int code = 0; code < finite; ++code) {
            const double low = fp8_value(type, static_cast<std::uint8_t>(code));
            const double high = fp8_value(type, static_cast<std::uint8_t>(code + 1));
            for (const double exact : {low, (low + high) / 2}) {
                const auto value = static_cast<float>(exact);
                values.push_back(value);
                values.push_back(std::nextafter(value, INFINITY));
                values.push_back(std::nextafter(value, -INFINITY));
            }
        }
    }
    std::mt19937 random(1);
    std::uniform_real_distribution<float> exponents(-20, 18);
    for (int i = 0; i < 4000; ++i) values.push_back(std::exp2(exponents(random)));
    const std::size_t positive = values.size();
    for (std::size_t i = 0; i < positive; ++i) values.push_back(-values[i]);
    return values;
}

TEST(fp8, numbers_round_to_the_nearest_even_and_saturate) {
    for (const dtype type : both) {
        for (const float value : interesting()) {
            ASSERT_EQ(narrowed(type, value), fp8_nearest(type, value))
                << name_of(type) << ' ' << value;
        }
        EXPECT_TRUE(std::isnan(widened(type, narrowed(type, std::nanf("")))));
        EXPECT_TRUE(std::isnan(widened(type, narrowed(type, -std::nanf("1")))));
    }
}

#if __has_include(<cuda_fp8.h>)
TEST(fp8, conversions_agree_with_cuda_on_the_host) {
    for (const dtype type : both) {
        const auto kind = type == dtype::fp8_e4m3 ? __NV_E4M3 : __NV_E5M2;
        std::vector<float> values = interesting();
        values.push_back(std::nanf(""));
        for (const float value : values) {
            ASSERT_EQ(narrowed(type, value), __nv_cvt_float_to_fp8(value, __NV_SATFINITE, kind))
                << name_of(type) << ' ' << value;
        }
        for (int i = 0; i < 256; ++i) {
            const auto code = static_cast<std::uint8_t>(i);
            const __half_raw half = __nv_cvt_fp8_to_halfraw(code, kind);
            const float wanted = float_from_float16(half.x);
            const float got = widened(type, code);
            ASSERT_TRUE(got == wanted || (std::isnan(got) && std::isnan(wanted))) << i;
        }
    }
}
#endif

float combined(std::size_t op, float a, float b) {
    switch (static_cast<redop>(op)) {
        case redop::prod: return a * b;
        case redop::min: return a < b ? a : b;
        case redop::max: return a > b ? a : b;
        default: return a + b;
    }
}

/// All 65,536 pairs by the definition, in every loop that this machine can run.
TEST(fp8, reductions_of_all_pairs_are_rounded_once) {
    std::vector<const reduce_functions*> loops{&baseline_reduce_functions()};
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("f16c")) {
        loops.push_back(&avx2_reduce_functions());
    }
#endif
    constexpr std::uint64_t pairs = 65536;
    std::vector<std::byte> a(pairs);
    std::vector<std::byte> b(pairs);
    for (std::size_t i = 0; i < pairs; ++i) {
        a[i] = static_cast<std::byte>(i);
        b[i] = static_cast<std::byte>(i >> 8);
    }
    for (const dtype type : both) {
        for (std::size_t op = 0; op < combining_redops; ++op) {
            std::vector<std::uint8_t> wanted(pairs);
            for (std::size_t i = 0; i < pairs; ++i) {
                const auto left = static_cast<float>(fp8_value(type, std::uint8_t(i & 255)));
                const auto right = static_cast<float>(fp8_value(type, std::uint8_t(i >> 8)));
                const float exact = combined(op, left, right);
                wanted[i] = std::isnan(exact) ? 0xff : fp8_nearest(type, exact);
            }
            for (const reduce_functions* const one : loops) {
                std::vector<std::byte> got(pairs);
                const std::byte* const sources[] = {a.data(), b.data()};
                std::byte* const targets[] = {got.data()};
                one->combine_of[static_cast<std::size_t>(type)][op](targets, 1, sources, 2, pairs,
                                                                    false);
                for (std::size_t i = 0; i < pairs; ++i) {
                    const auto code = std::to_integer<std::uint8_t>(got[i]);
                    if (wanted[i] == 0xff) {
                        ASSERT_TRUE(std::isnan(fp8_value(type, code))) << i;
                    } else {
                        ASSERT_EQ(code, wanted[i]) << name_of(type) << ' ' << op << ' ' << i;
                    }
                }
            }
        }
    }
}

TEST(fp8, averages_round_the_quotient) {
    for (const dtype type : both) {
        const int finite = type == dtype::fp8_e4m3 ? 0x7e : 0x7b;
        std::vector<std::byte> codes;
        for (int code = 0; code <= finite; ++code) codes.push_back(static_cast<std::byte>(code));
        finish_average(type, codes.data(), codes.size(), 3);
        for (int code = 0; code <= finite; ++code) {
            const auto whole = static_cast<float>(fp8_value(type, static_cast<std::uint8_t>(code)));
            ASSERT_EQ(std::to_integer<std::uint8_t>(codes[static_cast<std::size_t>(code)]),
                      fp8_nearest(type, whole / 3.0F));
        }
    }
}

}  // namespace
}  // namespace railgauge
