#include "harness/topology/placement.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/base/error.hpp"
#include "harness/topology/bound.hpp"
#include "harness/topology/read_topology.hpp"
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

TEST(occupy, strides_on_a_milliard_of_gpus_are_computed_and_not_walked) {
    const topology all = parse_topology(test::milliard, "milliard.toml");
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

}  // namespace
}  // namespace railgauge
