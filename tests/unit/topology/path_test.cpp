#include "harness/topology/path.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/base/error.hpp"
#include "harness/topology/read_topology.hpp"
#include "tests/unit/topology/text.hpp"

namespace railgauge {
namespace {

using testing::HasSubstr;

topology small() {
    return parse_topology(test::small, "small.toml");
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
    try {
        static_cast<void>(members_around(all, 35, "rack"));
        FAIL();
    } catch (const usage_error& wrong) {
        EXPECT_THAT(wrong.what(), HasSubstr("leaf"));
    }
}

}  // namespace
}  // namespace railgauge
