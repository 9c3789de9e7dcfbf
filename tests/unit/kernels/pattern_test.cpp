// The verification data against definitions that share no code with it: the combination is
// recomputed by combining all contributions one by one, in several orders, in the type itself.
#include "kernels/pattern.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <numeric>
#include <random>
#include <vector>

#include "kernels/pattern_value.hpp"
#include "kernels/reduce.hpp"
#include "tests/unit/kernels/fp8_definition.hpp"

namespace railgauge {
namespace {

using bytes = std::vector<std::byte>;

constexpr std::uint64_t counts[] = {0, 1, 3, 1020, 1021, 1022, 5000};

data_pattern copies(dtype type, std::uint64_t seed = 7) {
    return {type, false, redop::sum, 4, seed};
}

data_pattern reduction(dtype type, redop op, std::int32_t ranks, std::uint64_t seed = 7) {
    return {type, true, op, ranks, seed};
}

bytes contribution(const data_pattern& pattern, std::int32_t rank, std::uint64_t first,
                   std::uint64_t count) {
    bytes data(count * size_of(pattern.type));
    fill_pattern(pattern, rank, first, data);
    return data;
}

bytes combination(const data_pattern& pattern, std::uint64_t first, std::uint64_t count) {
    bytes data(count * size_of(pattern.type));
    fill_expected(pattern, first, data);
    return data;
}

/// Combines the contributions of the ranks in `order` by the host's loops.
bytes combined_in(const std::vector<std::int32_t>& order, const data_pattern& pattern,
                  std::uint64_t first, std::uint64_t count) {
    const auto what_it_adds = [&](std::int32_t rank) {
        bytes data = contribution(pattern, rank, first, count);
        const bytes once = data;
        for (std::int64_t i = 1; pattern.op == redop::mulsum && i < mulsum_factor; ++i) {
            reduce_into(pattern.type, redop::sum, data.data(), once.data(), count);
        }
        return data;
    };
    bytes sum = what_it_adds(order[0]);
    for (std::size_t i = 1; i < order.size(); ++i) {
        const bytes next = what_it_adds(order[i]);
        reduce_into(pattern.type, pattern.op, sum.data(), next.data(), count);
    }
    if (pattern.op == redop::avg) {
        finish_average(pattern.type, sum.data(), count, pattern.ranks);
    }
    return sum;
}

std::vector<std::int32_t> all_ranks(std::int32_t ranks) {
    std::vector<std::int32_t> order(static_cast<std::size_t>(ranks));
    std::iota(order.begin(), order.end(), 0);
    return order;
}

/// The exact value of an element, by the definition of its type.
long double number_at(dtype type, const bytes& data, std::uint64_t index) {
    const auto read = [&]<class T>(T value) {
        std::memcpy(&value, data.data() + index * sizeof value, sizeof value);
        return value;
    };
    switch (type) {
        case dtype::int8: return read(std::int8_t{});
        case dtype::uint8: return read(std::uint8_t{});
        case dtype::int16: return read(std::int16_t{});
        case dtype::uint16: return read(std::uint16_t{});
        case dtype::int32: return read(std::int32_t{});
        case dtype::uint32: return read(std::uint32_t{});
        case dtype::int64: return static_cast<long double>(read(std::int64_t{}));
        case dtype::uint64: return static_cast<long double>(read(std::uint64_t{}));
        case dtype::fp8_e4m3:
        case dtype::fp8_e5m2: return testing::fp8_value(type, read(std::uint8_t{}));
        case dtype::float16: {
            const auto bits = read(std::uint16_t{});
            const int exponent = (bits >> 10) & 31;
            const int fraction = bits & 1023;
            const double magnitude = exponent == 0 ? std::ldexp(fraction, -24)
                                                   : std::ldexp(1024 + fraction, exponent - 25);
            return (bits & 0x8000) ? -magnitude : magnitude;
        }
        case dtype::bfloat16: {
            const std::uint32_t wide = std::uint32_t{read(std::uint16_t{})} << 16;
            float value;
            std::memcpy(&value, &wide, sizeof value);
            return value;
        }
        case dtype::float32: return read(float{});
        case dtype::float64: return read(double{});
    }
    return 0;
}

TEST(pattern, combination_is_what_any_order_of_ranks_gives) {
    std::mt19937 random(1);
    for (const dtype type : all_dtypes) {
        for (const redop op : all_redops) {
            for (const std::int32_t ranks : {1, 2, 3, 4, 5, 7, 8, 16, 21, 43, 64}) {
                const data_pattern pattern = reduction(type, op, ranks, random());
                const std::uint64_t count = ranks < 8 ? 9000 : 300;
                const bytes expected = combination(pattern, 100, count);
                std::vector<std::int32_t> order = all_ranks(ranks);
                for (int round = 0; round < 3; ++round) {
                    const bytes got = combined_in(order, pattern, 100, count);
                    if (op != redop::avg) {
                        ASSERT_EQ(got, expected)
                            << name_of(type) << ' ' << name_of(op) << ' ' << ranks;
                    }
                    const auto wrong = verify_expected(pattern, 100, got);
                    ASSERT_FALSE(wrong) << name_of(type) << ' ' << name_of(op) << ' ' << ranks
                                        << ": " << wrong->expected << " got " << wrong->got;
                    std::shuffle(order.begin(), order.end(), random);
                }
            }
        }
    }
}

struct summed {
    std::int32_t ranks;
    redop op;
};

/// No contribution, no partial result and no total leaves the exact range: the totals of all
/// positive and of all negative contributions bound every partial sum.
TEST(pattern, sums_stay_exact_and_expected_values_agree_with_long_double) {
    for (const dtype type : all_dtypes) {
        const long double limit = type == dtype::fp8_e4m3   ? 16
                                  : type == dtype::fp8_e5m2 ? 8
                                  : type == dtype::float16  ? 2048
                                  : type == dtype::bfloat16 ? 256
                                  : type == dtype::float32  ? 16777216
                                  : type == dtype::float64  ? 9007199254740992.0L
                                  : size_of(type) == 8      ? 4611686018427387904.0L
                                  : is_unsigned(type) ? std::ldexp(1.0L, 8 * size_of(type)) - 1
                                                      : std::ldexp(1.0L, 8 * size_of(type) - 1) - 1;
        for (const auto& [ranks, op] : {summed{1, redop::sum},
                                        {2, redop::sum},
                                        {3, redop::sum},
                                        {17, redop::sum},
                                        {64, redop::sum},
                                        {500, redop::sum},
                                        {3000, redop::sum},
                                        {1, redop::mulsum},
                                        {2, redop::mulsum},
                                        {64, redop::mulsum},
                                        {3000, redop::mulsum},
                                        {1, redop::avg},
                                        {2, redop::avg},
                                        {60, redop::avg},
                                        {93, redop::avg},
                                        {94, redop::avg},
                                        {190, redop::avg},
                                        {3000, redop::avg}}) {
            const data_pattern pattern = reduction(type, op, ranks);
            constexpr std::uint64_t count = 60;
            std::vector<long double> sums(count);
            std::vector<long double> sizes(count);
            for (std::int32_t rank = 0; rank < ranks; ++rank) {
                const bytes data = contribution(pattern, rank, 0, count);
                for (std::uint64_t i = 0; i < count; ++i) {
                    const long double value = number_at(type, data, i);
                    ASSERT_EQ(value, std::floor(value));
                    sums[i] += value;
                    sizes[i] += std::fabs(value);
                }
            }
            const bytes expected = combination(pattern, 0, count);
            for (std::uint64_t i = 0; i < count; ++i) {
                const long double factor = op == redop::mulsum ? mulsum_factor : 1;
                ASSERT_LE(sizes[i] * factor, limit);
                if (op == redop::avg && is_floating(type)) continue;
                const long double wanted =
                    op == redop::avg ? std::trunc(sums[i] / ranks) : sums[i] * factor;
                ASSERT_EQ(number_at(type, expected, i), wanted) << name_of(type) << ' ' << ranks;
            }
        }
    }
}

TEST(pattern, a_hundred_thousand_ranks_are_combined_in_o1_and_right) {
    constexpr std::int32_t ranks = 100000;
    for (const dtype type : {dtype::int8, dtype::uint8, dtype::fp8_e4m3, dtype::fp8_e5m2,
                             dtype::bfloat16, dtype::float32}) {
        for (const redop op : {redop::sum, redop::prod, redop::max}) {
            const data_pattern pattern = reduction(type, op, ranks);
            const pattern_deal deal = make_deal(pattern);
            for (const std::uint64_t element : {0, 1, 4321}) {
                const std::uint32_t position = position_of(deal, element);
                long double total = op == redop::prod ? 1 : op == redop::sum ? 0 : -1e30L;
                for (std::uint32_t rank = 0; rank < ranks; ++rank) {
                    bytes one(8);
                    const std::uint64_t bits = value(deal, rank, position);
                    std::memcpy(one.data(), &bits, 8);
                    const long double x = number_at(type, one, 0);
                    total = op == redop::sum    ? total + x
                            : op == redop::prod ? total * x
                                                : std::max(total, x);
                }
                ASSERT_EQ(number_at(type, combination(pattern, element, 1), 0), total)
                    << name_of(type) << ' ' << name_of(op);
            }
        }
    }
}

TEST(pattern, every_rank_of_a_hundred_thousand_contributes_somewhere_to_a_sum) {
    for (const dtype type : {dtype::int8, dtype::bfloat16, dtype::float16}) {
        const pattern_deal deal = make_deal(reduction(type, redop::sum, 100000));
        for (std::uint32_t rank = 0; rank < 100000; rank += 997) {
            bool contributes = false;
            for (std::uint32_t p = 0; p < deal.period && !contributes; ++p) {
                contributes = value(deal, rank, p) != 0;
            }
            ASSERT_TRUE(contributes) << name_of(type) << ' ' << rank;
        }
    }
}

TEST(pattern, bulk_and_single_elements_agree_from_any_first_element) {
    std::mt19937_64 random(2);
    for (const dtype type : all_dtypes) {
        constexpr int copying = static_cast<int>(all_redops.size());
        for (int kind = 0; kind <= copying; ++kind) {
            for (const std::int32_t ranks : {3, 1000, 1000000}) {
                const data_pattern pattern =
                    kind == copying
                        ? copies(type)
                        : reduction(type, all_redops[static_cast<std::size_t>(kind)], ranks);
                const pattern_deal deal = make_deal(pattern);
                const std::uint64_t first = random() % 100000;
                const std::uint64_t count = 1 + random() % 25000;
                const std::int32_t rank = ranks - 2;
                const bytes data = contribution(pattern, rank, first, count);
                const bytes total = kind == copying ? data : combination(pattern, first, count);
                for (int probe = 0; probe < 300; ++probe) {
                    const std::uint64_t i = probe < 2 ? probe * (count - 1) : random() % count;
                    const std::uint32_t position = position_of(deal, first + i);
                    const std::uint64_t bits = value(deal, rank, position);
                    ASSERT_EQ(std::memcmp(data.data() + i * deal.size, &bits, deal.size), 0);
                    if (kind == copying) continue;
                    const std::uint64_t sum = expected(deal, position);
                    ASSERT_EQ(std::memcmp(total.data() + i * deal.size, &sum, deal.size), 0);
                }
            }
        }
    }
}

TEST(pattern, right_data_verifies_at_every_count_and_alignment) {
    for (const dtype type : all_dtypes) {
        for (const std::uint64_t count : counts) {
            for (const std::uint64_t first : {0, 5, 1020, 8190, 123457}) {
                bytes room(count * size_of(type) + 1);
                const std::span<std::byte> data(room.data() + 1, count * size_of(type));
                fill_pattern(copies(type), 3, first, data);
                EXPECT_FALSE(verify_pattern(copies(type), 3, first, data));
                const data_pattern pattern = reduction(type, redop::sum, 5);
                fill_pattern(pattern, 3, first, data);
                EXPECT_FALSE(verify_pattern(pattern, 3, first, data));
                fill_expected(pattern, first, data);
                EXPECT_FALSE(verify_expected(pattern, first, data));
            }
        }
    }
}

TEST(pattern, one_flipped_bit_is_found_where_it_is) {
    std::mt19937_64 random(3);
    for (const dtype type : all_dtypes) {
        for (const std::uint64_t count : counts) {
            if (count == 0) continue;
            bytes data = contribution(copies(type), 1, 50, count);
            const std::uint64_t element = random() % count;
            const std::uint64_t bit = random() % (8 * size_of(type));
            data[element * size_of(type) + bit / 8] ^= static_cast<std::byte>(1u << bit % 8);
            const auto found = verify_pattern(copies(type), 1, 50, data);
            ASSERT_TRUE(found);
            EXPECT_EQ(found->element, element);
            EXPECT_EQ(found->wrong, 1u);
            EXPECT_NE(found->expected, found->got);
        }
    }
}

TEST(pattern, missing_and_doubled_contributions_are_found) {
    for (const dtype type : all_dtypes) {
        for (const redop op : all_redops) {
            for (const std::int32_t ranks : {2, 3, 8, 64}) {
                const data_pattern pattern = reduction(type, op, ranks);
                constexpr std::uint64_t count = 2000;
                for (const std::int32_t victim : {0, ranks / 2, ranks - 1}) {
                    std::vector<std::int32_t> missing = all_ranks(ranks);
                    std::erase(missing, victim);
                    const auto lacking =
                        verify_expected(pattern, 0, combined_in(missing, pattern, 0, count));
                    EXPECT_TRUE(lacking) << name_of(type) << ' ' << name_of(op) << ' ' << ranks;
                    if (op == redop::min || op == redop::max) continue;
                    std::vector<std::int32_t> doubled = all_ranks(ranks);
                    doubled.push_back(victim);
                    EXPECT_TRUE(
                        verify_expected(pattern, 0, combined_in(doubled, pattern, 0, count)))
                        << name_of(type) << ' ' << name_of(op) << ' ' << ranks;
                    // One rank in the place of another.
                    std::vector<std::int32_t> replaced = all_ranks(ranks);
                    replaced[static_cast<std::size_t>(victim)] = (victim + 1) % ranks;
                    EXPECT_TRUE(
                        verify_expected(pattern, 0, combined_in(replaced, pattern, 0, count)))
                        << name_of(type) << ' ' << name_of(op) << ' ' << ranks;
                }
            }
        }
    }
}

/// Swaps two neighbouring blocks, as a wrong offset in an algorithm would.
bytes with_swapped_blocks(bytes data, std::size_t block) {
    std::swap_ranges(data.begin(), data.begin() + static_cast<std::ptrdiff_t>(block),
                     data.begin() + static_cast<std::ptrdiff_t>(block));
    return data;
}

TEST(pattern, swapped_blocks_are_found) {
    for (const dtype type : all_dtypes) {
        for (const std::size_t elements : {16, 512, 1021, 8191, 4093, 16384}) {
            const std::size_t block = elements * size_of(type);
            const data_pattern copy = copies(type);
            EXPECT_TRUE(verify_pattern(
                copy, 0, 0, with_swapped_blocks(contribution(copy, 0, 0, 2 * elements), block)))
                << name_of(type) << ' ' << elements;
            for (const redop op : all_redops) {
                for (const std::int32_t ranks : {2, 7}) {
                    const data_pattern pattern = reduction(type, op, ranks);
                    EXPECT_TRUE(verify_expected(
                        pattern, 0,
                        with_swapped_blocks(combination(pattern, 0, 2 * elements), block)))
                        << name_of(type) << ' ' << name_of(op) << ' ' << elements;
                }
            }
        }
    }
}

TEST(pattern, other_ranks_and_other_seeds_differ) {
    for (const dtype type : all_dtypes) {
        const bytes data = contribution(copies(type), 1, 0, 64);
        EXPECT_TRUE(verify_pattern(copies(type), 2, 0, data));
        EXPECT_TRUE(verify_pattern(copies(type, 8), 1, 0, data));
        EXPECT_TRUE(verify_pattern(copies(type), 1, 1, data));
    }
}

TEST(pattern, poison_is_found) {
    for (const dtype type : all_dtypes) {
        bytes data = contribution(copies(type), 0, 0, 5000);
        fill_poison(std::span(data).subspan(4000 * size_of(type), 100 * size_of(type)));
        const auto found = verify_pattern(copies(type), 0, 0, data);
        ASSERT_TRUE(found);
        EXPECT_GE(found->element, 4000u);
        EXPECT_GE(found->wrong, 95u);
        for (const redop op : all_redops) {
            bytes total = combination(reduction(type, op, 3), 0, 5000);
            fill_poison(std::span(total).last(20 * size_of(type)));
            EXPECT_TRUE(verify_expected(reduction(type, op, 3), 0, total));
        }
    }
    fill_poison({});
}

TEST(pattern, averages_pass_however_they_are_rounded_and_not_when_one_rank_lacks) {
    // Contributions multiplied by 1 / ranks first, every step rounded to the type.
    for (const std::int32_t ranks : {2, 3, 5, 8, 64, 1000}) {
        const data_pattern pattern = reduction(dtype::float32, redop::avg, ranks);
        constexpr std::uint64_t count = 500;
        std::vector<float> sum(count);
        const float share = 1.0F / static_cast<float>(ranks);
        for (std::int32_t rank = 0; rank < ranks; ++rank) {
            std::vector<float> one(count);
            fill_pattern(pattern, rank, 0, std::as_writable_bytes(std::span(one)));
            for (std::uint64_t i = 0; i < count; ++i) sum[i] += one[i] * share;
        }
        const auto wrong = verify_expected(pattern, 0, std::as_bytes(std::span(sum)));
        EXPECT_FALSE(wrong) << wrong->expected << " got " << wrong->got;
        sum[77] *= 1.01F;
        const auto found = verify_expected(pattern, 0, std::as_bytes(std::span(sum)));
        ASSERT_TRUE(found);
        EXPECT_EQ(found->element, 77u);
        sum[77] = std::nanf("");
        EXPECT_TRUE(verify_expected(pattern, 0, std::as_bytes(std::span(sum))));
    }
}

TEST(pattern, mismatches_are_readable) {
    // The pattern's own value is a hash; what is planted shows how values are printed.
    const auto text = [](dtype type, auto got) {
        bytes data = contribution(copies(type), 0, 0, 1);
        std::memcpy(data.data(), &got, sizeof got);
        return verify_pattern(copies(type), 0, 0, data)->got;
    };
    EXPECT_EQ(text(dtype::int8, std::int8_t{-5}), "-5");
    EXPECT_EQ(text(dtype::uint8, std::uint8_t{200}), "200");
    EXPECT_EQ(text(dtype::int64, INT64_MIN), "-9223372036854775808");
    EXPECT_EQ(text(dtype::uint64, UINT64_MAX), "18446744073709551615");
    EXPECT_EQ(text(dtype::fp8_e4m3, std::uint8_t{0x3c}), "1.5 (0x3c)");
    EXPECT_EQ(text(dtype::fp8_e5m2, std::uint8_t{0xc2}), "-3 (0xc2)");
    EXPECT_EQ(text(dtype::float16, std::uint16_t{0x3e00}), "1.5 (0x3e00)");
    EXPECT_EQ(text(dtype::bfloat16, std::uint16_t{0xc040}), "-3 (0xc040)");
    EXPECT_EQ(text(dtype::float32, 0.1F), "0.1 (0x3dcccccd)");
    EXPECT_EQ(text(dtype::float64, 0.1), "0.1 (0x3fb999999999999a)");
}

TEST(element_bits, conversions_come_back_for_all_16_bit_floats) {
    for (std::uint32_t i = 0; i < 65536; ++i) {
        const auto half = static_cast<std::uint16_t>(i);
        bytes data(2);
        std::memcpy(data.data(), &half, 2);
        if ((half & 0x7c00) != 0x7c00) {
            ASSERT_EQ(float_from_float16(half), number_at(dtype::float16, data, 0)) << i;
            ASSERT_EQ(float16_from(float_from_float16(half)), half);
        }
        if ((half & 0x7f80) != 0x7f80) {
            ASSERT_EQ(float_from_bfloat16(half), number_at(dtype::bfloat16, data, 0)) << i;
            ASSERT_EQ(bfloat16_from(float_from_bfloat16(half)), half);
        }
    }
    EXPECT_TRUE(std::isnan(float_from_float16(float16_from(std::nanf("")))));
    EXPECT_TRUE(std::isnan(float_from_bfloat16(bfloat16_from(std::nanf("")))));
    EXPECT_EQ(float16_from(65519.0F), 0x7bff);
    EXPECT_EQ(float16_from(65520.0F), 0x7c00);
}

}  // namespace
}  // namespace railgauge
