#include "harness/topology/tier_list.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/topology/read_topology.hpp"
#include "tests/unit/topology/text.hpp"

namespace railgauge {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

topology small() {
    return parse_topology(test::small, "small.toml");
}

TEST(show_text, is_a_tree_with_counts_and_rates) {
    EXPECT_EQ(
        show_text(small(), false),
        "small: 64 gpus in 8 hosts\n"
        "power 76.8 kW: GPUs 44.8 kW, the rest 32 kW\n"
        "spine  1 of 2 x leaf, 800 GB/s (2 x 400 GB/s) a member; infiniband, 2 planes, 4 "
        "switches, ecmp, 4.00 us\n"
        "  leaf  2 of 4 x nvlink, 400 GB/s (8 x 50 GB/s) a member; infiniband, 2 planes, "
        "adaptive, 3.00 us; up 800 GB/s (16 x 50 GB/s), 2:1\n"
        "    nvlink  8 of 8 x gpu fast, 450 GB/s a member; nvlink, static, 1.00 us, reduces\n");
}

TEST(diff_text, says_tier_by_tier_what_differs_and_what_it_does) {
    const topology a = small();
    EXPECT_THAT(diff_text(a, a), IsEmpty());
    std::string text = test::small;
    text.replace(text.find("uplinks = 16"), 12, "uplinks = 8 ");
    const topology b = parse_topology(text, "b.toml");
    EXPECT_THAT(diff_text(a, b),
                testing::StartsWith("leaf: up 800 GB/s -> 400 GB/s, oversubscription 2 -> 4\n"
                                    "spine: rate a member 800 GB/s -> 400 GB/s\n"
                                    "bound of "));
    EXPECT_THAT(diff_text(a, b), HasSubstr("all_to_all 1 GiB on 64 ranks"));
}

}  // namespace
}  // namespace railgauge
