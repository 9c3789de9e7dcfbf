#include "harness/topology/placement.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/base/error.hpp"
#include "harness/topology/bound.hpp"
#include "harness/topology/path.hpp"
#include "harness/topology/read_topology.hpp"
#include "harness/topology/tier_list.hpp"
#include "tests/unit/topology/text.hpp"

namespace railgauge {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

topology small() {
    return parse_topology(test::small, "small.toml");
}

template <typename Call>
std::string refusal(const Call& call) {
    try {
        static_cast<void>(call());
    } catch (const usage_error& wrong) {
        return wrong.what();
    }
    return "";
}

TEST(parse_placement, rules_and_host_lists) {
    const topology all = small();
    EXPECT_THAT(parse_placement("natural", all, 12).runs, ElementsAre(placement_run{0, 1, 12}));
    EXPECT_THAT(parse_placement("strided:8", all, 8).runs, ElementsAre(placement_run{0, 8, 8}));
    EXPECT_THAT(parse_placement("hosts:0-1,4", all, 20).runs,
                ElementsAre(placement_run{0, 1, 16}, placement_run{32, 1, 4}));
    EXPECT_EQ(parse_placement("hosts:0-1,4", all, 20).gpu_of(17), 33);
    EXPECT_EQ(parse_placement("strided:8", all, 8).gpu_of(3), 24);
}

TEST(parse_placement, refuses_what_the_cluster_does_not_hold) {
    const topology all = small();
    EXPECT_THAT(refusal([&] { return parse_placement("natural", all, 65); }), HasSubstr("0 to 63"));
    EXPECT_THAT(refusal([&] { return parse_placement("strided:9", all, 9); }), HasSubstr("GPU 72"));
    EXPECT_THAT(refusal([&] { return parse_placement("hosts:8", all, 8); }),
                HasSubstr("there are 8 hosts"));
    EXPECT_THAT(refusal([&] { return parse_placement("hosts:0", all, 9); }), HasSubstr("8 GPUs"));
    EXPECT_THAT(refusal([&] { return parse_placement("hosts:", all, 9); }), HasSubstr("range"));
    EXPECT_THAT(refusal([&] { return parse_placement("spread", all, 9); }),
                HasSubstr("no placement"));
    EXPECT_THAT(refusal([&] { return placement_on({1, 2, 1}, all); }), HasSubstr("two ranks"));
    EXPECT_THAT(refusal([&] { return placement_on({64}, all); }), HasSubstr("no GPU 64"));
}

TEST(occupy, the_smallest_group_with_all_ranks_is_the_top) {
    const topology all = small();
    const auto used = occupy(all, parse_placement("natural", all, 8));
    EXPECT_EQ(used.top().level, 0);
    EXPECT_EQ(used.top().ranks, 8);
    const auto spread = occupy(all, parse_placement("strided:8", all, 8));
    EXPECT_EQ(spread.top().level, 2);
    EXPECT_EQ(spread.ranks, 8);
}

TEST(occupy, the_work_does_not_grow_with_the_gpus) {
    const std::string folder = std::string(RAILGAUGE_SOURCE_DIR) + "/topologies/";
    const topology million = read_topology(folder + "sites-1m.toml");
    for (const std::int64_t ranks : {1000000L, 999999L, 777777L, 1001L}) {
        const auto used = occupy(million, parse_placement("natural", million, ranks));
        EXPECT_EQ(used.ranks, ranks);
        EXPECT_LT(used.classes.size(), 40U);
        EXPECT_LT(used.groups_visited, 40);
    }
    for (const std::int64_t stride : {2, 3, 8, 9, 72, 512, 1001}) {
        const std::int64_t ranks = 1000000 / stride;
        const auto used =
            occupy(million, parse_placement("strided:" + std::to_string(stride), million, ranks));
        EXPECT_EQ(used.ranks, ranks);
        EXPECT_LT(used.groups_visited, 20000) << stride;
    }
}

// 10^9 GPUs in hosts of 8, racks of 40 hosts, rows of 125 racks, and 25,000 rows.
constexpr const char* milliard = R"(
[topology]
name = "milliard"
gpus = 1000000000
node = "n"
[node.n]
gpus = 8
source = "assumed"
[[tier]]
name = "host"
medium = "nvlink"
members = 8
port = "100GB/s"
latency = "1us"
oversubscription = 2
source = "assumed"
[[tier]]
name = "rack"
medium = "ethernet"
members = 40
latency = "2us"
oversubscription = 2
source = "assumed"
[[tier]]
name = "row"
medium = "ethernet"
members = 125
latency = "3us"
oversubscription = 2
source = "assumed"
[[tier]]
name = "top"
medium = "ethernet"
members = 25000
latency = "4us"
source = "assumed"
)";

TEST(occupy, strides_on_a_milliard_of_gpus_are_computed_and_not_walked) {
    const topology all = parse_topology(milliard, "milliard.toml");
    for (const std::int64_t stride : {3, 7, 8, 9, 320, 321, 997, 1001, 40000, 40001, 999983}) {
        const std::int64_t ranks = (all.root().gpus - 1) / stride + 1;
        const auto used =
            occupy(all, parse_placement("strided:" + std::to_string(stride), all, ranks));
        EXPECT_EQ(used.ranks, ranks) << stride;
        EXPECT_LT(used.groups_visited, 1'100'000) << stride;
    }
    EXPECT_LT(occupy(all, parse_placement("strided:8", all, 125'000'000)).groups_visited, 10);
}

TEST(occupy, every_rank_is_counted_whatever_the_placement) {
    const topology all = small();
    for (std::int64_t stride = 1; stride <= 64; ++stride) {
        for (std::int64_t ranks = 1; (ranks - 1) * stride < 64; ++ranks) {
            const auto placement = parse_placement("strided:" + std::to_string(stride), all, ranks);
            const auto used = occupy(all, placement);
            ASSERT_EQ(used.ranks, ranks) << stride;
            std::vector<std::int64_t> gpus;
            for (std::int64_t rank = 0; rank < ranks; ++rank)
                gpus.push_back(placement.gpu_of(rank));
            const auto listed = occupy(all, placement_on(gpus, all));
            ASSERT_EQ(listed.ranks, ranks);
            if (ranks < 2) continue;
            for (const auto kind : {operation_kind::all_reduce, operation_kind::all_to_all}) {
                const bound_request asked{kind, 1e9, 0};
                EXPECT_DOUBLE_EQ(bound_of(all, placement, used, asked).at_ends->time_us,
                                 bound_of(all, placement, listed, asked).at_ends->time_us)
                    << stride << ' ' << ranks;
            }
        }
    }
}

TEST(occupy, uneven_kinds_are_as_if_every_gpu_was_listed) {
    const topology all =
        read_topology(std::string(RAILGAUGE_SOURCE_DIR) + "/topologies/spectrum-x-100k.toml");
    for (const std::int64_t stride : {2, 3, 5, 7, 8, 11, 13, 64, 100, 511, 513, 4097}) {
        const std::int64_t ranks = 99'000 / stride;
        const auto rule = parse_placement("strided:" + std::to_string(stride), all, ranks);
        std::vector<std::int64_t> gpus;
        for (std::int64_t rank = 0; rank < ranks; ++rank) gpus.push_back(rule.gpu_of(rank));
        const auto used = occupy(all, rule);
        const auto listed = occupy(all, placement_on(gpus, all));
        EXPECT_EQ(used.ranks, listed.ranks);
        EXPECT_EQ(used.classes.size(), listed.classes.size()) << stride;
        for (const auto kind :
             {operation_kind::all_reduce, operation_kind::all_gather, operation_kind::all_to_all}) {
            const bound_request asked{kind, 1e9, 0};
            EXPECT_DOUBLE_EQ(bound_of(all, rule, used, asked).floor()->time_us,
                             bound_of(all, rule, listed, asked).floor()->time_us)
                << stride;
        }
    }
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

std::string words_of(const gpu_path& path) {
    std::string words;
    for (const path_hop& hop : path.hops) {
        words += (words.empty() ? "" : " ") + hop.component;
        if (hop.choices > 1) words += "*" + std::to_string(hop.choices);
    }
    return words;
}

TEST(path_between, names_the_components_on_the_way) {
    const topology all = small();
    EXPECT_EQ(gpu_name(all, 19), "host2/gpu3");
    const gpu_path near = path_between(all, 0, 7);
    EXPECT_EQ(words_of(near), "host0/gpu0 nvlink-0.0 host0/gpu7");
    EXPECT_DOUBLE_EQ(near.gbps, 450);
    EXPECT_EQ(near.turns_at, "nvlink");
    EXPECT_EQ(words_of(path_between(all, 0, 8)),
              "host0/gpu0 host0/nic0 leaf-0/plane0 host1/nic0 host1/gpu0");
    // GPU 0's NIC is on the other plane than that of the destination.
    EXPECT_EQ(words_of(path_between(all, 0, 9)),
              "host0/gpu0 nvlink-0.0 host0/gpu1 host0/nic1 leaf-0/plane1 host1/nic1 host1/gpu1");
    const gpu_path far = path_between(all, 1, 33);
    EXPECT_EQ(words_of(far),
              "host0/gpu1 host0/nic1 leaf-0/plane1 leaf-0/uplink*8 spine/plane1*2 leaf-1/uplink*8 "
              "leaf-1/plane1 host4/nic1 host4/gpu1");
    EXPECT_DOUBLE_EQ(far.latency_us, 4);
    EXPECT_DOUBLE_EQ(far.gbps, 400);
}

TEST(members_around, are_computed) {
    const topology all = small();
    EXPECT_EQ(members_around(all, 35, "leaf").first_gpu, 32);
    EXPECT_EQ(members_around(all, 35, "leaf").gpus, 32);
    EXPECT_THAT(refusal([&] { return members_around(all, 35, "rack"); }), HasSubstr("leaf"));
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
