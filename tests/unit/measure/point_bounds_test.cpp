#include "harness/measure/point_bounds.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/base/error.hpp"
#include "harness/measure/point_expectations.hpp"
#include "harness/record/json_line.hpp"
#include "harness/record/line_records.hpp"
#include "harness/record/lines.hpp"
#include "harness/topology/read_topology.hpp"

namespace railgauge {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;

// 2 hosts of 2 GPUs: 100 GB/s inside, which sums, and 10 GB/s between.
constexpr const char* two_hosts = R"(
[topology]
name = "two"
gpus = 4
node = "n"
[node.n]
gpus = 2
source = "assumed"
[[tier]]
name = "inside"
medium = "nvlink"
members = 2
port = "100GB/s"
latency = "1us"
reduces = true
source = "assumed"
[[tier]]
name = "between"
medium = "ethernet"
members = 2
port = "10GB/s"
latency = "5us"
source = "assumed"
)";

std::shared_ptr<const topology> cluster() {
    return std::make_shared<const topology>(parse_topology(two_hosts, "two.toml"));
}

point_bounds bounds_of(const std::vector<bound_seat>& seats) {
    return {cluster(), seats};
}

point_record row_of(const std::string& memory, double p50_us, int ranks) {
    point_record row;
    row.key.op = "all_reduce";
    row.key.backend = "nccl";
    row.key.algorithm = "ring";
    row.key.bytes = 1'000'000'000;
    row.key.ranks = ranks;
    row.key.memory = memory;
    row.key.timing = "isolated";
    row.time_us = time_summary{p50_us, {}, {}, p50_us, p50_us, p50_us, p50_us};
    row.busbw_gbps = 1e6 / p50_us;
    row.bound_reason = "no topology was given";
    return row;
}

const std::vector<bound_seat> four{{"b", 0}, {"b", 1}, {"a", 0}, {"a", 1}};

TEST(point_bounds, latencies_and_copies_of_single_gpus_have_none_and_say_why) {
    point_bounds bounds = bounds_of(four);
    for (const char* op : {"peer_latency", "device_copy", "host_to_device"}) {
        point_record row = row_of("cuda", 1, 4);
        row.key.op = op;
        bounds.fill(row);
        EXPECT_FALSE(row.bound_us) << op;
        EXPECT_FALSE(row.percent_of_bound) << op;
        EXPECT_THAT(row.bound_reason, HasSubstr("single GPUs")) << op;
    }
}

TEST(refuse_ranks_without_seats, counts_all_and_those_of_one_host) {
    const auto all = cluster();
    refuse_ranks_without_seats(*all, 4, 2);
    refuse_ranks_without_seats(*all, 4, 0);
    EXPECT_THROW(refuse_ranks_without_seats(*all, 5, 0), usage_error);
    EXPECT_THROW(refuse_ranks_without_seats(*all, 3, 3), usage_error);
}

TEST(point_bounds, fills_the_bound_the_share_and_the_tier) {
    point_bounds bounds = bounds_of(four);
    point_record row = row_of("cuda", 200'000, 4);
    bounds.fill(row);
    // Two hosts of 10 GB/s: 1 GB out of each, and the latency between them.
    ASSERT_TRUE(row.bound_us && row.percent_of_bound && row.bound_at_ends_us);
    EXPECT_NEAR(*row.bound_us, 100'005, 0.01);
    EXPECT_NEAR(*row.percent_of_bound, 50.0025, 1e-4);
    EXPECT_EQ(row.binding_tier, "between");
    EXPECT_EQ(row.bound_note, "");
    EXPECT_EQ(row.bound_reason, "");
    const json_line parsed = parse_json_line(to_line(row), true);
    const point_record read = point_from(json_fields(parsed.object, to_line(row)));
    EXPECT_EQ(read.binding_tier, "between");
    EXPECT_EQ(read.bound_at_ends_us, row.bound_at_ends_us);
}

TEST(point_bounds, a_rank_with_several_gpus_sits_on_all_of_them) {
    point_bounds bounds = bounds_of({{"b", 0}, {"a", 0}});
    point_record row = row_of("cuda", 200'000, 4);
    row.key.gpus_per_rank = 2;
    row.key.root = 3;
    bounds.fill(row);
    ASSERT_TRUE(row.bound_us) << row.bound_reason;
    EXPECT_NEAR(*row.bound_us, 100'005, 0.01);
    point_bounds crowded = bounds_of({{"b", 0}, {"b", 1}});
    point_record more = row_of("cuda", 200'000, 4);
    more.key.gpus_per_rank = 2;
    crowded.fill(more);
    EXPECT_FALSE(more.bound_us);
    EXPECT_THAT(more.bound_reason, HasSubstr("fewer GPUs than its ranks drive"));
}

TEST(point_bounds, a_row_that_beats_its_bound_says_what_in_the_file_must_be_wrong) {
    point_bounds bounds = bounds_of(four);
    point_record row = row_of("cuda", 50'005, 4);
    bounds.fill(row);
    EXPECT_THAT(row.bound_note, HasSubstr("tier 'between' carries at least 2 times"));
    EXPECT_GT(*row.percent_of_bound, 100);
    point_record small = row_of("cuda", 2, 4);
    small.key.bytes = 8;
    bounds.fill(small);
    EXPECT_THAT(small.bound_note, HasSubstr("latency"));
}

TEST(point_bounds, shared_memory_in_one_host_has_none) {
    point_bounds bounds = bounds_of({{"a", 0}, {"a", 1}});
    point_record row = row_of("host", 10, 2);
    bounds.fill(row);
    EXPECT_FALSE(row.bound_us.has_value());
    EXPECT_THAT(row.bound_reason, HasSubstr("shared memory within one host has no bound"));
    point_record device = row_of("cuda", 1e6, 2);
    bounds.fill(device);
    EXPECT_TRUE(device.bound_us.has_value());
    EXPECT_EQ(device.binding_tier, "inside");
}

TEST(point_bounds, pairs_and_the_ranks_of_a_host_have_their_own) {
    point_bounds bounds = bounds_of(four);
    point_record pair = row_of("cuda", 1e6, 2);
    pair.key.op = "send";
    pair.key.group = "pairs:0-3";
    pair.place = group_place{0, 1, 1, {{0, "b"}, {3, "a"}}};
    bounds.fill(pair);
    ASSERT_TRUE(pair.bound_us.has_value());
    EXPECT_NEAR(*pair.bound_us, 100'005, 0.01);
    point_record inside = row_of("cuda", 1e6, 2);
    inside.key.group = "intra-host:a";
    inside.place = group_place{0, 1, 2, {}};
    bounds.fill(inside);
    EXPECT_EQ(inside.binding_tier, "inside");
    point_record rails = row_of("cuda", 1e6, 2);
    rails.key.group = "rails:0";
    rails.place = group_place{0, 1, 2, {}};
    bounds.fill(rails);
    EXPECT_FALSE(rails.bound_us.has_value());
    EXPECT_THAT(rails.bound_reason, HasSubstr("groups of this rule"));
}

TEST(point_bounds, refuses_ranks_that_the_topology_has_no_place_for) {
    EXPECT_THROW(bounds_of({{"a", 0}, {"b", 0}, {"c", 0}}), usage_error);
    EXPECT_THROW(bounds_of({{"a", 2}}), usage_error);
}

TEST(point_expectations, flag_what_is_below_and_tell_it) {
    expectation one;
    one.least_bytes = 1;
    one.most_bytes = 2'000'000'000;
    one.ranks = 4;
    one.library = "2.26";
    one.busbw_low_gbps = 10;
    one.busbw_high_gbps = 20;
    const point_expectations expected({one}, {{"nccl", "NCCL 2.26.2"}});
    point_record slow = row_of("cuda", 200'000, 4);  // 5 GB/s
    EXPECT_TRUE(expected.judge(slow));
    EXPECT_THAT(slow.flags, Contains("below-expectation"));
    point_record good = row_of("cuda", 1e6 / 15, 4);
    EXPECT_FALSE(expected.judge(good));
    EXPECT_THAT(good.flags, IsEmpty());
    point_record fast = row_of("cuda", 1e6 / 25, 4);
    EXPECT_FALSE(expected.judge(fast));
    EXPECT_THAT(fast.flags, Contains("above-expectation"));
    point_record others = row_of("cuda", 200'000, 8);
    EXPECT_FALSE(expected.judge(others));
    const point_expectations newer({one}, {{"nccl", "NCCL 2.27.1"}});
    EXPECT_FALSE(newer.judge(slow));
    EXPECT_TRUE(expected.any_fits(slow));
    EXPECT_FALSE(expected.any_fits(others));
    EXPECT_FALSE(newer.any_fits(slow));
    slow.status = point_status::skipped;
    EXPECT_FALSE(expected.any_fits(slow));
}

}  // namespace
}  // namespace railgauge
