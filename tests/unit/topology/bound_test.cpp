#include "harness/topology/bound.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/topology/placement.hpp"
#include "harness/topology/read_topology.hpp"
#include "tests/unit/topology/text.hpp"

namespace railgauge {
namespace {

using testing::HasSubstr;

topology small() {
    return parse_topology(test::small, "small.toml");
}

TEST(bound_of, names_what_binds_and_shrinks_where_the_network_adds) {
    std::string faster_inside = test::small;
    faster_inside.replace(faster_inside.find("450GB/s"), 7, "900GB/s");
    const topology fast = parse_topology(faster_inside, "fast.toml");
    const auto natural = parse_placement("natural", fast, 64);
    const auto found =
        bound_of(fast, natural, occupy(fast, natural), {operation_kind::all_reduce, 1e9, 0});
    // Two halves with 800 GB/s each: 1e9 B over it. Hosts of 400 GB/s: 2 x 7/8 of it, which is
    // more.
    ASSERT_TRUE(found.at_ends && found.in_network);
    EXPECT_NEAR(found.at_ends->transfer_us, 2 * 7.0 * 1e6 / (8 * 400), 1);
    EXPECT_EQ(found.at_ends->tier, "leaf");
    EXPECT_NEAR(found.in_network->transfer_us, found.at_ends->transfer_us, 1);
    const topology all = small();
    const auto inside = parse_placement("natural", all, 8);
    const auto in_host =
        bound_of(all, inside, occupy(all, inside), {operation_kind::all_reduce, 1e9, 0});
    EXPECT_NEAR(in_host.at_ends->transfer_us, 2 * 7 / 8.0 * 1e6 / 450, 1);
    EXPECT_NEAR(in_host.in_network->transfer_us, 1e6 / 450, 1);
    EXPECT_NEAR(in_host.in_network->latency_us, 1, 1e-9);
}

TEST(bound_of, small_messages_need_the_latency_of_the_outermost_level) {
    const topology all = small();
    const auto natural = parse_placement("natural", all, 64);
    const auto used = occupy(all, natural);
    const auto found = bound_of(all, natural, used, {operation_kind::all_reduce, 8, 0});
    EXPECT_NEAR(found.floor()->time_us, 4, 0.001);
    EXPECT_EQ(found.floor()->tier, "spine");
    EXPECT_DOUBLE_EQ(bound_of(all, natural, used, {operation_kind::barrier, 0, 0}).floor()->time_us,
                     4);
    // Operations that overlap pay for what they move only.
    bound_request streamed{operation_kind::all_reduce, 8, 0};
    streamed.alone = false;
    EXPECT_LT(bound_of(all, natural, used, streamed).floor()->time_us, 0.01);
    const auto copies = bound_of(all, natural, used, {operation_kind::host_to_device, 1e9, 0});
    EXPECT_EQ(copies.floor(), nullptr);
    EXPECT_THAT(copies.why_none, HasSubstr("single GPUs"));
    // Pairs may all be neighbours in a host.
    EXPECT_NEAR(bound_of(all, natural, used, {operation_kind::ping_pong, 8, 0}).floor()->time_us, 1,
                0.001);
}

// Kind a hangs at 100 GB/s in b and at 1 GB/s in c; the root's own group takes in what 12 ranks
// send.
TEST(bound_of, a_root_is_looked_for_where_it_is) {
    const topology all = parse_topology(R"(
[topology]
name = "r"
gpus = 16
contains = [ { stack = "b", count = 1 }, { stack = "c", count = 1 } ]
[node.h]
gpus = 4
source = "assumed"
[[stack]]
name = "a"
node = "h"
[[stack.tier]]
name = "in"
medium = "memory"
members = 4
latency = "0us"
source = "assumed"
[[stack]]
name = "b"
contains = [ { stack = "a", count = 2 } ]
[[stack.tier]]
name = "bt"
medium = "ethernet"
port = "100GB/s"
latency = "0us"
oversubscription = 0.001
source = "assumed"
[[stack]]
name = "c"
contains = [ { stack = "a", count = 2 } ]
[[stack.tier]]
name = "ct"
medium = "ethernet"
port = "1GB/s"
latency = "0us"
oversubscription = 0.001
source = "assumed"
[[tier]]
name = "top"
medium = "ethernet"
latency = "0us"
source = "assumed"
)",
                                        "r.toml");
    const auto natural = parse_placement("natural", all, 16);
    const auto used = occupy(all, natural);
    const auto of_root = [&](std::int64_t root) {
        return bound_of(all, natural, used, {operation_kind::gather, 16e9, root}).floor()->time_us;
    };
    EXPECT_NEAR(of_root(0), 4e6, 1);   // 4 GB of a group in c, at 1 GB/s
    EXPECT_NEAR(of_root(8), 12e6, 1);  // 12 GB into the root's, at 1 GB/s
}

TEST(bound_of, of_an_odd_number_of_ranks_the_last_is_idle) {
    const topology all = small();
    const auto nine = parse_placement("natural", all, 9);
    const auto used = occupy(all, nine);
    // The ninth is alone in its host, and nothing leaves a host.
    EXPECT_EQ(bound_of(all, nine, used, {operation_kind::send, 1e9, 0}).floor()->tier, "nvlink");
    const auto apart = parse_placement("strided:8", all, 3);
    EXPECT_EQ(
        bound_of(all, apart, occupy(all, apart), {operation_kind::send, 1e9, 0}).floor()->tier,
        "leaf");
}

TEST(bound_of, what_has_no_bound_says_why) {
    const topology all = small();
    const auto rule = parse_placement("natural", all, 2);
    const auto used = occupy(all, rule);
    for (const operation_kind kind : all_operation_kinds) {
        const auto found = bound_of(all, rule, used, {kind, 8, 0});
        EXPECT_EQ(found.floor() == nullptr, is_device_kind(kind)) << name_of(kind);
        EXPECT_EQ(found.why_none.empty(), !is_device_kind(kind)) << name_of(kind);
    }
    EXPECT_THAT(bound_of(all, rule, used, {operation_kind::peer_latency, 8, 0}).why_none,
                HasSubstr("single GPUs"));
}

TEST(bound_of, memory_of_one_host_has_none_and_that_of_several_the_networks) {
    const topology all = small();
    const auto inside = parse_placement("natural", all, 8);
    const auto in_host = bound_of(all, inside, occupy(all, inside, data_memory::host),
                                  {operation_kind::all_reduce, 1e9, 0});
    EXPECT_EQ(in_host.floor(), nullptr);
    EXPECT_THAT(in_host.why_none, HasSubstr("shared memory"));
    const auto both = parse_placement("natural", all, 16);
    const auto across = bound_of(all, both, occupy(all, both, data_memory::host),
                                 {operation_kind::all_reduce, 1e9, 0});
    ASSERT_NE(across.floor(), nullptr);
    EXPECT_NEAR(across.floor()->transfer_us, 1e6 / 400, 1);
}

}  // namespace
}  // namespace railgauge
