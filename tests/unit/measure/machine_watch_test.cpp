// What hosts report of a point, on its way and put together.
#include "harness/measure/machine_watch.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace railgauge {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

host_report report(std::vector<std::string> flags, std::optional<double> gpus_j,
                   std::optional<double> processors_j) {
    host_report made;
    made.flags = std::move(flags);
    made.gpus_j = gpus_j;
    made.processors_j = processors_j;
    return made;
}

TEST(host_report, comes_back_as_it_went) {
    host_report sent = report({"nic-drops:3", "gpu-held-by-heat-us:17"}, 12.75, 1e-3);
    sent.gpu_temperature_c = 61;
    const host_report got = report_from_text(to_text(sent));
    EXPECT_EQ(got.flags, sent.flags);
    EXPECT_EQ(got.gpus_j, sent.gpus_j);
    EXPECT_EQ(got.processors_j, sent.processors_j);
    EXPECT_EQ(got.gpu_temperature_c, sent.gpu_temperature_c);
    EXPECT_THAT(to_text(host_report{}), IsEmpty());
    EXPECT_THAT(report_from_text("").flags, IsEmpty());
    EXPECT_FALSE(report_from_text("=gpus_j:many\n").gpus_j);
}

TEST(merge, sums_flags_by_their_kind) {
    host_report hot = report({"cpu-steal:4", "nic-drops:3"}, {}, {});
    hot.gpu_temperature_c = 70;
    host_report cool = report({"nic-drops:2", "nic-errors:1"}, {}, {});
    cool.gpu_temperature_c = 50;
    const host_report merged = merge({cool, hot, host_report{}});
    EXPECT_THAT(merged.flags, ElementsAre("nic-drops:5", "nic-errors:1", "cpu-steal:4"));
    EXPECT_EQ(merged.gpu_temperature_c, 70);
    EXPECT_THAT(merge({}).flags, IsEmpty());
}

TEST(merge, knows_energy_only_where_every_host_tells_it) {
    const host_report both = merge({report({}, 2.5, 1), report({}, 3.5, {})});
    EXPECT_EQ(both.gpus_j, 6.0);
    EXPECT_FALSE(both.processors_j);
    // A counter that stood still has told nothing.
    EXPECT_FALSE(merge({report({}, 2.5, {}), report({}, 0.0, {})}).gpus_j);
    EXPECT_FALSE(merge({}).gpus_j);
}

TEST(energy_of, is_the_sum_of_what_is_known_over_what_was_moved) {
    const point_energy all = energy_of(report({}, 30, 10), 8e9);
    EXPECT_EQ(all.total_j, 40);
    EXPECT_EQ(all.j_per_gb, 5);
    const point_energy gpus = energy_of(report({}, 30, {}), 0);
    EXPECT_EQ(gpus.total_j, 30);
    EXPECT_FALSE(gpus.processors_j);
    EXPECT_FALSE(gpus.j_per_gb);
    EXPECT_FALSE(energy_of(report({}, {}, {}), 1e9).total_j);
}

}  // namespace
}  // namespace railgauge
