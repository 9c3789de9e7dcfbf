#include "harness/base/units.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/base/error.hpp"

namespace railgauge {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::ThrowsMessage;

TEST(parse_size, reads_every_unit) {
    EXPECT_EQ(parse_size("0"), 0u);
    EXPECT_EQ(parse_size("8"), 8u);
    EXPECT_EQ(parse_size("8B"), 8u);
    EXPECT_EQ(parse_size("64K"), 65536u);
    EXPECT_EQ(parse_size("64k"), 65536u);
    EXPECT_EQ(parse_size("64Ki"), 65536u);
    EXPECT_EQ(parse_size("64KiB"), 65536u);
    EXPECT_EQ(parse_size("64KB"), 64000u);
    EXPECT_EQ(parse_size("1M"), 1048576u);
    EXPECT_EQ(parse_size("1MB"), 1000000u);
    EXPECT_EQ(parse_size("3G"), 3u * 1024 * 1024 * 1024);
    EXPECT_EQ(parse_size("1T"), std::uint64_t{1} << 40);
    EXPECT_EQ(parse_size(" 64 KiB "), 65536u);
    EXPECT_EQ(parse_size("18446744073709551615"), 18446744073709551615u);
    EXPECT_EQ(parse_size("16777215T"), 16777215u * (std::uint64_t{1} << 40));
}

TEST(parse_size, refuses_with_what_was_expected) {
    for (const char* wrong : {"", " ", "-8", "+8", "8x", "K", "1.5M", "8 8", "0x10", "8KBB", "8iB",
                              "1e3", "8\n", "\xff", "nan", "64Kb8"}) {
        EXPECT_THAT([&] { static_cast<void>(parse_size(wrong)); },
                    ThrowsMessage<usage_error>(HasSubstr("expected a whole number")))
            << wrong;
    }
}

TEST(parse_size, refuses_what_overflows) {
    for (const char* wrong : {"18446744073709551616", "16777216T", "99999999999999999999999G"}) {
        EXPECT_THAT([&] { static_cast<void>(parse_size(wrong)); },
                    ThrowsMessage<usage_error>(HasSubstr("64 bits")))
            << wrong;
    }
}

TEST(parse_size, message_shows_no_control_characters) {
    try {
        static_cast<void>(parse_size("8\033[31m" + std::string(500, 'x')));
        FAIL();
    } catch (const usage_error& fault) {
        const std::string text = fault.what();
        EXPECT_EQ(text.find('\033'), std::string::npos);
        EXPECT_LT(text.size(), 200u);
    }
}

TEST(parse_sizes, lists_and_ranges) {
    EXPECT_THAT(parse_sizes("8"), ElementsAre(8u));
    EXPECT_THAT(parse_sizes("8, 64K"), ElementsAre(8u, 65536u));
    EXPECT_THAT(parse_sizes("8..64"), ElementsAre(8u, 16u, 32u, 64u));
    EXPECT_THAT(parse_sizes("8..100"), ElementsAre(8u, 16u, 32u, 64u));
    EXPECT_THAT(parse_sizes("8..8"), ElementsAre(8u));
    EXPECT_THAT(parse_sizes("0..0"), ElementsAre(0u));
    EXPECT_THAT(parse_sizes("1..64*4"), ElementsAre(1u, 4u, 16u, 64u));
    EXPECT_THAT(parse_sizes("0..24+8"), ElementsAre(0u, 8u, 16u, 24u));
    EXPECT_THAT(parse_sizes("1K..3K+1K"), ElementsAre(1024u, 2048u, 3072u));
    EXPECT_THAT(parse_sizes("0,8..32,1M"), ElementsAre(0u, 8u, 16u, 32u, 1048576u));
    EXPECT_EQ(parse_sizes("8..64M").size(), 24u);
}

TEST(parse_sizes, keeps_the_order_and_drops_repeats) {
    EXPECT_THAT(parse_sizes("64,8,64,8..32"), ElementsAre(64u, 8u, 16u, 32u));
}

TEST(parse_sizes, ends_at_the_largest_number) {
    EXPECT_EQ(parse_sizes("1..18446744073709551615").size(), 64u);
    EXPECT_THAT(parse_sizes("18446744073709551610..18446744073709551615+4"),
                ElementsAre(18446744073709551610u, 18446744073709551614u));
}

TEST(parse_sizes, refuses_what_makes_no_list) {
    for (const char* wrong : {"",          ",",
                              "8,",        ",8",
                              "8..",       "..8",
                              "8...64",    "64..8",
                              "8..64*1",   "8..64*0",
                              "8..64*",    "8..64*1.5",
                              "8..64*-2",  "8..64*2x",
                              "8..64+0",   "8..64+",
                              "0..64",     "0..64*2",
                              "8..64*2*2", "8..16..32",
                              "8..64*K",   "8..64*99999999999999999999"}) {
        EXPECT_THROW(static_cast<void>(parse_sizes(wrong)), usage_error) << wrong;
    }
}

TEST(parse_sizes, refuses_too_many) {
    EXPECT_EQ(parse_sizes("1..100000+1").size(), most_sizes);
    EXPECT_THAT([] { static_cast<void>(parse_sizes("1..1T+1")); },
                ThrowsMessage<usage_error>(HasSubstr("more than 100000 sizes")));
}

TEST(parse_duration, reads_every_unit) {
    using namespace std::chrono_literals;
    EXPECT_EQ(parse_duration("500ms"), 500ms);
    EXPECT_EQ(parse_duration("2h"), 2h);
    EXPECT_EQ(parse_duration("1.5s"), 1500ms);
    EXPECT_EQ(parse_duration("10"), 10s);
    EXPECT_EQ(parse_duration("0"), 0s);
    EXPECT_EQ(parse_duration("3 min"), 3min);
    EXPECT_EQ(parse_duration("3m"), 3min);
    EXPECT_EQ(parse_duration("1d"), 24h);
    EXPECT_EQ(parse_duration("7us"), 7us);
    EXPECT_EQ(parse_duration(".5ns"), 1ns);  // rounded
}

TEST(parse_duration, refuses_what_is_none) {
    for (const char* wrong : {"", "s", "-1s", "+1s", "1x", "inf", "nan", "1e400s", "0x10", "1s2",
                              "1h30m", "300000d", "99999999999999999999", "."}) {
        EXPECT_THROW(static_cast<void>(parse_duration(wrong)), usage_error) << wrong;
    }
}

TEST(parse_share, reads_percentages) {
    EXPECT_DOUBLE_EQ(parse_share("1%"), 0.01);
    EXPECT_DOUBLE_EQ(parse_share("0.5 %"), 0.005);
    EXPECT_DOUBLE_EQ(parse_share("0.01"), 0.01);
    EXPECT_DOUBLE_EQ(parse_share("100%"), 1.0);
    for (const char* wrong : {"", "%", "0", "0%", "-1%", "1", "101%", "2", "1%%", "nan%", "inf"}) {
        EXPECT_THROW(static_cast<void>(parse_share(wrong)), usage_error) << wrong;
    }
}

TEST(format_bytes, uses_the_largest_unit_that_divides) {
    EXPECT_EQ(format_bytes(0), "0 B");
    EXPECT_EQ(format_bytes(1000), "1000 B");
    EXPECT_EQ(format_bytes(1024), "1 KiB");
    EXPECT_EQ(format_bytes(65536), "64 KiB");
    EXPECT_EQ(format_bytes(1536), "1536 B");
    EXPECT_EQ(format_bytes(std::uint64_t{1} << 30), "1 GiB");
    EXPECT_EQ(format_bytes(std::uint64_t{1} << 63), "8 EiB");
}

TEST(format_duration_us, keeps_three_digits_at_every_limit) {
    EXPECT_EQ(format_duration_us(0), "0 ns");
    EXPECT_EQ(format_duration_us(0.812), "812 ns");
    EXPECT_EQ(format_duration_us(0.9996), "1.00 us");
    EXPECT_EQ(format_duration_us(12.5), "12.5 us");
    EXPECT_EQ(format_duration_us(9.996), "10.0 us");
    EXPECT_EQ(format_duration_us(99.96), "100 us");
    EXPECT_EQ(format_duration_us(398), "398 us");
    EXPECT_EQ(format_duration_us(398e3), "398 ms");
    EXPECT_EQ(format_duration_us(999.6), "1.00 ms");
    EXPECT_EQ(format_duration_us(3210), "3.21 ms");
    EXPECT_EQ(format_duration_us(1.5e6), "1.50 s");
    EXPECT_EQ(format_duration_us(59.96e6), "1 min 0 s");
    EXPECT_EQ(format_duration_us(125e6), "2 min 5 s");
    EXPECT_EQ(format_duration_us(12000e6), "3 h 20 min");
    EXPECT_EQ(format_duration_us(-12.5), "-12.5 us");
    EXPECT_EQ(format_duration_us(std::numeric_limits<double>::quiet_NaN()), "-");
}

}  // namespace
}  // namespace railgauge
