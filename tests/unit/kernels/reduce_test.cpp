// The vectorised loops against one-element-at-a-time references, for both instruction sets, at
// every length around a vector and a block, and at unaligned addresses.
#include "kernels/reduce.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <random>
#include <vector>

#include "kernels/element_bits.hpp"
#include "kernels/reduce_functions.hpp"
#include "tests/unit/kernels/fp8_definition.hpp"

namespace railgauge {
namespace {

using bytes = std::vector<std::byte>;

/// By the definition of the format: sign, exponent, fraction.
double value_of_float16(std::uint16_t bits) {
    const int exponent = (bits >> 10) & 31;
    const int fraction = bits & 1023;
    const double sign = (bits & 0x8000) ? -1 : 1;
    if (exponent == 31) return fraction ? NAN : sign * INFINITY;
    if (exponent == 0) return sign * std::ldexp(fraction, -24);
    return sign * std::ldexp(1024 + fraction, exponent - 25);
}

double value_of_bfloat16(std::uint16_t bits) {
    const std::uint32_t wide = std::uint32_t{bits} << 16;
    float value;
    std::memcpy(&value, &wide, sizeof value);
    return value;
}

/// The bits of the 16-bit format nearest to `value`, ties to even, by search among all values:
/// the positive values rise with their bits.
std::uint16_t nearest(double (*value_of)(std::uint16_t), std::uint16_t infinity, double value) {
    const std::uint16_t sign = std::signbit(value) ? 0x8000 : 0;
    const double magnitude = std::fabs(value);
    std::uint32_t low = 0;
    std::uint32_t high = infinity;
    while (high - low > 1) {
        const std::uint32_t middle = (low + high) / 2;
        (value_of(static_cast<std::uint16_t>(middle)) <= magnitude ? low : high) = middle;
    }
    if (magnitude >= value_of(static_cast<std::uint16_t>(high))) low = high;
    const double below = value_of(static_cast<std::uint16_t>(low));
    // What follows the largest finite value, had the format one more exponent.
    const double above = high == infinity
                             ? below + (below - value_of(static_cast<std::uint16_t>(low - 1)))
                             : value_of(static_cast<std::uint16_t>(high));
    const double middle = below + (above - below) / 2;
    const bool up = magnitude > middle || (magnitude == middle && (low & 1));
    return static_cast<std::uint16_t>((low == high || !up ? low : high) | sign);
}

template <class T>
T combined(redop op, T a, T b) {
    switch (op) {
        case redop::prod:
            if constexpr (std::is_integral_v<T>) {
                using wrapping = std::make_unsigned_t<T>;
                return static_cast<T>(static_cast<std::uint64_t>(static_cast<wrapping>(a)) *
                                      static_cast<wrapping>(b));
            } else {
                return a * b;
            }
        case redop::min: return a < b ? a : b;
        case redop::max: return a > b ? a : b;
        default:
            if constexpr (std::is_integral_v<T>) {
                using wrapping = std::make_unsigned_t<T>;
                return static_cast<T>(static_cast<wrapping>(a) + static_cast<wrapping>(b));
            } else {
                return a + b;
            }
    }
}

template <class T>
void combine_element(redop op, std::byte* target, const std::byte* source) {
    T a;
    T b;
    std::memcpy(&a, target, sizeof a);
    std::memcpy(&b, source, sizeof b);
    a = combined(op, a, b);
    std::memcpy(target, &a, sizeof a);
}

void combine_halves(redop op, std::byte* target, const std::byte* source, bool brain) {
    const auto value_of = brain ? value_of_bfloat16 : value_of_float16;
    std::uint16_t a;
    std::uint16_t b;
    std::memcpy(&a, target, sizeof a);
    std::memcpy(&b, source, sizeof b);
    const float result =
        combined(op, static_cast<float>(value_of(a)), static_cast<float>(value_of(b)));
    a = nearest(value_of, brain ? 0x7f80 : 0x7c00, result);
    std::memcpy(target, &a, sizeof a);
}

void combine_fp8(dtype type, redop op, std::byte* target, const std::byte* source) {
    const auto value = [&](std::byte code) {
        return static_cast<float>(testing::fp8_value(type, std::to_integer<std::uint8_t>(code)));
    };
    *target = static_cast<std::byte>(
        testing::fp8_nearest(type, combined(op, value(*target), value(*source))));
}

void reference(dtype type, redop op, std::byte* target, const std::byte* source,
               std::uint64_t count) {
    for (std::uint64_t i = 0; i < count; ++i) {
        std::byte* to = target + i * size_of(type);
        const std::byte* from = source + i * size_of(type);
        switch (type) {
            case dtype::int8: combine_element<std::int8_t>(op, to, from); break;
            case dtype::uint8: combine_element<std::uint8_t>(op, to, from); break;
            case dtype::int16: combine_element<std::int16_t>(op, to, from); break;
            case dtype::uint16: combine_element<std::uint16_t>(op, to, from); break;
            case dtype::int32: combine_element<std::int32_t>(op, to, from); break;
            case dtype::uint32: combine_element<std::uint32_t>(op, to, from); break;
            case dtype::int64: combine_element<std::int64_t>(op, to, from); break;
            case dtype::uint64: combine_element<std::uint64_t>(op, to, from); break;
            case dtype::fp8_e4m3:
            case dtype::fp8_e5m2: combine_fp8(type, op, to, from); break;
            case dtype::float16: combine_halves(op, to, from, false); break;
            case dtype::bfloat16: combine_halves(op, to, from, true); break;
            case dtype::float32: combine_element<float>(op, to, from); break;
            case dtype::float64: combine_element<double>(op, to, from); break;
        }
    }
}

template <class T>
void put(bytes& target, std::uint64_t index, T value) {
    std::memcpy(target.data() + index * sizeof value, &value, sizeof value);
}

/// Any bits for integers; for floating point finite values whose results need rounding.
bytes random_elements(dtype type, std::uint64_t count, std::mt19937_64& random) {
    bytes data(count * size_of(type));
    std::normal_distribution<double> normal(0, 3);
    for (std::uint64_t i = 0; i < count; ++i) {
        switch (type) {
            case dtype::fp8_e4m3:
            case dtype::fp8_e5m2: put(data, i, testing::fp8_nearest(type, normal(random))); break;
            case dtype::float16:
                put(data, i, nearest(value_of_float16, 0x7c00, normal(random)));
                break;
            case dtype::bfloat16:
                put(data, i, nearest(value_of_bfloat16, 0x7f80, normal(random)));
                break;
            case dtype::float32: put(data, i, static_cast<float>(normal(random))); break;
            case dtype::float64: put(data, i, normal(random)); break;
            default: {
                const std::uint64_t bits = random();
                std::memcpy(data.data() + i * size_of(type), &bits, size_of(type));
            }
        }
    }
    return data;
}

constexpr redop combining[] = {redop::sum, redop::prod, redop::min, redop::max, redop::avg};

TEST(reduce, into_agrees_with_one_element_at_a_time) {
    std::mt19937_64 random(1);
    for (const dtype type : all_dtypes) {
        for (const redop op : combining) {
            for (const std::uint64_t count : {0, 1, 2, 3, 7, 8, 15, 16, 17, 31, 33, 64, 129, 300}) {
                const bytes a = random_elements(type, count, random);
                const bytes b = random_elements(type, count, random);
                bytes expected = a;
                reference(type, op, expected.data(), b.data(), count);
                bytes got = a;
                reduce_into(type, op, got.data(), b.data(), count);
                ASSERT_EQ(got, expected) << name_of(type) << ' ' << name_of(op) << ' ' << count;
            }
        }
    }
}

struct many_case {
    std::size_t targets;
    std::size_t sources;
    bool streaming;
};

TEST(reduce, many_agrees_at_any_number_of_buffers_and_alignment) {
    std::mt19937_64 random(2);
    for (const auto& [targets, sources, streaming] : {many_case{1, 1, false},
                                                      {1, 2, false},
                                                      {2, 2, false},
                                                      {2, 2, true},
                                                      {1, 2, true},
                                                      {3, 2, false},
                                                      {5, 5, false},
                                                      {2, 3, true}}) {
        for (const dtype type : all_dtypes) {
            for (const redop op : combining) {
                for (const std::size_t shift : {0, 1, 8}) {
                    const std::uint64_t count = 77 + random() % 200;
                    const std::uint64_t size = count * size_of(type);
                    std::vector<bytes> in;
                    for (std::size_t s = 0; s < sources; ++s) {
                        in.push_back(random_elements(type, count, random));
                    }
                    bytes expected = in[0];
                    for (std::size_t s = 1; s < sources; ++s) {
                        reference(type, op, expected.data(), in[s].data(), count);
                    }
                    std::vector<bytes> out(targets, bytes(size + 64, std::byte{0x5a}));
                    std::vector<std::byte*> to;
                    for (bytes& one : out) to.push_back(one.data() + shift);
                    std::vector<const std::byte*> from;
                    for (const bytes& one : in) from.push_back(one.data());
                    reduce_many(type, op, to, from, count, streaming);
                    for (const bytes& one : out) {
                        bytes whole(size + 64, std::byte{0x5a});
                        std::memcpy(whole.data() + shift, expected.data(), size);
                        ASSERT_EQ(one, whole) << name_of(type) << ' ' << name_of(op);
                    }
                }
            }
        }
    }
}

TEST(reduce, targets_may_be_sources) {
    std::mt19937_64 random(3);
    for (const bool streaming : {false, true}) {
        bytes a = random_elements(dtype::float32, 1000, random);
        bytes b = random_elements(dtype::float32, 1000, random);
        bytes expected = a;
        reference(dtype::float32, redop::sum, expected.data(), b.data(), 1000);
        std::byte* const both[] = {a.data(), b.data()};
        const std::byte* const from[] = {a.data(), b.data()};
        reduce_many(dtype::float32, redop::sum, both, from, 1000, streaming);
        EXPECT_EQ(a, expected);
        EXPECT_EQ(b, expected);
    }
}

TEST(reduce, nothing_to_do_is_fine) {
    reduce_into(dtype::int8, redop::sum, nullptr, nullptr, 0);
    reduce_many(dtype::int8, redop::sum, {}, {}, 4);
    copy_bytes(nullptr, nullptr, 0);
    copy_bytes(nullptr, nullptr, 0, true);
    finish_average(dtype::float32, nullptr, 0, 3);
}

/// max(x, -infinity) is x: every value must come through widening and narrowing unchanged.
TEST(reduce, all_16_bit_floats_come_through) {
    for (const dtype type : {dtype::float16, dtype::bfloat16}) {
        const bool brain = type == dtype::bfloat16;
        const std::uint16_t infinity = brain ? 0x7f80 : 0x7c00;
        std::vector<std::uint16_t> values(65536);
        const std::vector<std::uint16_t> lowest(65536, infinity | 0x8000);
        for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<std::uint16_t>(i);
        reduce_into(type, redop::max, reinterpret_cast<std::byte*>(values.data()),
                    reinterpret_cast<const std::byte*>(lowest.data()), values.size());
        for (std::size_t i = 0; i < values.size(); ++i) {
            // A comparison with NaN is false, so the second argument wins.
            const bool nan = (i & 0x7fff) > infinity;
            ASSERT_EQ(values[i], nan ? lowest[i] : i) << name_of(type) << ' ' << i;
        }
    }
}

TEST(reduce, float16_sums_round_to_nearest_even_for_all_values) {
    for (const dtype type : {dtype::float16, dtype::bfloat16}) {
        const bool brain = type == dtype::bfloat16;
        const auto value_of = brain ? value_of_bfloat16 : value_of_float16;
        const std::uint16_t infinity = brain ? 0x7f80 : 0x7c00;
        std::vector<std::uint16_t> sums(65536);
        std::vector<std::uint16_t> others(65536);
        std::mt19937 random(4);
        for (std::size_t i = 0; i < sums.size(); ++i) {
            sums[i] = static_cast<std::uint16_t>(i);
            // Near in magnitude, so that the sum is rounded and not swallowed.
            others[i] = static_cast<std::uint16_t>(i ^ (random() & (brain ? 0x1ff : 0xfff)));
        }
        const auto before = sums;
        reduce_into(type, redop::sum, reinterpret_cast<std::byte*>(sums.data()),
                    reinterpret_cast<const std::byte*>(others.data()), sums.size());
        for (std::size_t i = 0; i < sums.size(); ++i) {
            const float sum =
                static_cast<float>(value_of(before[i])) + static_cast<float>(value_of(others[i]));
            if (std::isnan(sum)) {
                ASSERT_GT(sums[i] & 0x7fff, infinity) << i;
            } else {
                ASSERT_EQ(sums[i], nearest(value_of, infinity, sum)) << name_of(type) << ' ' << i;
            }
        }
    }
}

#if defined(__x86_64__)
TEST(reduce, both_instruction_sets_agree_bit_for_bit) {
    if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("f16c")) GTEST_SKIP();
    std::mt19937_64 random(5);
    for (const dtype type : all_dtypes) {
        for (std::size_t op = 0; op < combining_redops; ++op) {
            constexpr std::uint64_t size = 65536 * 8 + 24;
            bytes a(size);
            bytes b(size);
            for (std::size_t i = 0; i < size; i += 8) {
                const std::uint64_t bits[] = {random(), random()};
                std::memcpy(a.data() + i, bits, 8);
                std::memcpy(b.data() + i, bits + 1, 8);
            }
            bytes one(size);
            bytes two(size);
            const std::byte* const sources[] = {a.data(), b.data()};
            std::byte* const first[] = {one.data()};
            std::byte* const second[] = {two.data()};
            const auto at = static_cast<std::size_t>(type);
            baseline_reduce_functions().combine_of[at][op](first, 1, sources, 2, size, false);
            avx2_reduce_functions().combine_of[at][op](second, 1, sources, 2, size, false);
            // Which of two NaNs a sum keeps is the machine's choice.
            const bool floating = is_floating(type);
            if (!floating) {
                ASSERT_EQ(one, two) << name_of(type);
                continue;
            }
            if (type == dtype::float16) {
                for (std::size_t i = 0; i < size; i += 2) {
                    std::uint16_t left;
                    std::uint16_t right;
                    std::memcpy(&left, one.data() + i, 2);
                    std::memcpy(&right, two.data() + i, 2);
                    const bool nans = (left & 0x7fff) > 0x7c00 && (right & 0x7fff) > 0x7c00;
                    ASSERT_TRUE(left == right || nans) << i << ' ' << left << ' ' << right;
                }
            }
        }
    }
}
#endif

template <class T>
void expect_average(dtype type, std::vector<T> values, std::int32_t ranks) {
    std::vector<T> got = values;
    finish_average(type, reinterpret_cast<std::byte*>(got.data()), got.size(), ranks);
    for (std::size_t i = 0; i < values.size(); ++i) {
        ASSERT_EQ(got[i], static_cast<T>(values[i] / static_cast<T>(ranks))) << values[i];
    }
}

TEST(reduce, averages_truncate_integers_and_round_floats) {
    expect_average<std::int8_t>(dtype::int8, {-128, -7, -1, 0, 1, 7, 127}, 2);
    expect_average<std::uint8_t>(dtype::uint8, {0, 1, 7, 200, 255}, 3);
    expect_average<std::int32_t>(dtype::int32, {INT32_MIN, -7, 7, INT32_MAX, 2147483646}, 7);
    expect_average<std::uint32_t>(dtype::uint32, {0, 1, UINT32_MAX, UINT32_MAX - 1}, 65537);
    expect_average<std::int64_t>(dtype::int64, {INT64_MIN, -7, 7, INT64_MAX}, 1000003);
    expect_average<std::uint64_t>(dtype::uint64, {0, UINT64_MAX, UINT64_MAX - 6}, 7);
    expect_average<float>(dtype::float32, {1, 2, 3.5F, -1e30F}, 3);
    expect_average<double>(dtype::float64, {1, 2, 3.5, -1e300}, 3);
    for (const dtype type : {dtype::float16, dtype::bfloat16}) {
        const bool brain = type == dtype::bfloat16;
        const auto value_of = brain ? value_of_bfloat16 : value_of_float16;
        const std::uint16_t infinity = brain ? 0x7f80 : 0x7c00;
        std::vector<std::uint16_t> values(infinity);
        for (std::uint16_t i = 0; i < infinity; ++i) values[i] = i;
        finish_average(type, reinterpret_cast<std::byte*>(values.data()), values.size(), 3);
        for (std::uint16_t i = 0; i < infinity; ++i) {
            ASSERT_EQ(values[i],
                      nearest(value_of, infinity, static_cast<float>(value_of(i)) / 3.0F));
        }
    }
}

TEST(reduce, copies_at_any_alignment_and_length) {
    std::mt19937_64 random(6);
    for (int round = 0; round < 200; ++round) {
        const std::uint64_t size = random() % 1000;
        const std::uint64_t shift = random() % 64;
        bytes source(size + 64);
        for (std::byte& one : source) one = static_cast<std::byte>(random());
        bytes target(size + 128, std::byte{0x5a});
        bytes expected = target;
        std::memcpy(expected.data() + shift, source.data() + 5, size);
        copy_bytes(target.data() + shift, source.data() + 5, size, round % 2 == 0);
        ASSERT_EQ(target, expected);
    }
}

}  // namespace
}  // namespace railgauge
