#include "harness/topology/expectations.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/base/error.hpp"
#include "harness/base/rates.hpp"

namespace railgauge {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

std::string refusal(const std::string& keys) {
    try {
        static_cast<void>(parse_expectations("[[expect]]\n" + keys, "e.toml"));
    } catch (const input_error& wrong) {
        return wrong.what();
    }
    return "";
}

TEST(parse_expectations, reads_what_the_documentation_says) {
    const auto all = parse_expectations(
        "[[expect]]\nop = \"all_reduce\"\nbytes = \"1G..16G\"\nranks = 8\nlibrary = \"2.26\"\n"
        "busbw_low = \"430GB/s\"\ntime_high = \"20ms\"\nsource = \"mine\"\n",
        "e.toml");
    ASSERT_EQ(all.size(), 1U);
    EXPECT_EQ(all[0].least_bytes, 1ULL << 30);
    EXPECT_EQ(all[0].most_bytes, 16ULL << 30);
    EXPECT_EQ(all[0].ranks, 8);
    EXPECT_DOUBLE_EQ(*all[0].busbw_low_gbps, 430);
    EXPECT_DOUBLE_EQ(*all[0].time_high_us, 20'000);
    EXPECT_EQ(all[0].source, "mine");
}

TEST(parse_expectations, refuses_with_place_and_nearest_word) {
    EXPECT_THAT(refusal("op = \"all_reduce\"\nbyts = \"8\"\n"),
                AllOf(StartsWith("e.toml:3:1: "), HasSubstr("did you mean 'bytes'?")));
    EXPECT_THAT(refusal("op = \"all_redcue\"\n"), HasSubstr("did you mean 'all_reduce'?"));
    EXPECT_THAT(refusal("op = \"all_reduce\"\nbytes = \"8\"\nbusbw_low = \"4G\"\n"),
                HasSubstr("bits"));
    EXPECT_THAT(refusal("op = \"all_reduce\"\nbytes = \"8\"\nsource = \"s\"\n"),
                HasSubstr("one of 'busbw_low' and 'time_high'"));
    EXPECT_THAT(refusal("op = \"all_reduce\"\nbytes = \"8..4\"\n"), HasSubstr("below its start"));
}

TEST(parse_rate, bits_and_bytes_are_told_apart) {
    EXPECT_DOUBLE_EQ(parse_rate_gbps("400Gb/s"), 50);
    EXPECT_DOUBLE_EQ(parse_rate_gbps("400 Gbit/s"), 50);
    EXPECT_DOUBLE_EQ(parse_rate_gbps("400Gbps"), 50);
    EXPECT_DOUBLE_EQ(parse_rate_gbps("400GB/s"), 400);
    EXPECT_DOUBLE_EQ(parse_rate_gbps("1.8TB/s"), 1800);
    EXPECT_DOUBLE_EQ(parse_rate_gbps("125MB/s"), 0.125);
    for (const char* wrong : {"", "0GB/s", "-1GB/s", "400", "400G", "400Gb", "400GB", "400gb/s",
                              "400GiB/s", "GB/s", "1e400GB/s", "nanGB/s", "400Gb/h"}) {
        EXPECT_THROW(static_cast<void>(parse_rate_gbps(wrong)), usage_error) << wrong;
    }
    EXPECT_EQ(format_rate(50), "50 GB/s");
    EXPECT_EQ(format_rate(1800), "1.8 TB/s");
    EXPECT_EQ(format_rate(0.125), "125 MB/s");
}

}  // namespace
}  // namespace railgauge
