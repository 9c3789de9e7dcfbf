// What a child found out about NCCL, and the limits that follow from the flags.
#ifdef RAILGAUGE_HAS_NCCL
#include "harness/backends/nccl/ask_nccl.hpp"

#include <gtest/gtest.h>

#include "harness/backends/device_driver.hpp"
#include "harness/backends/nccl/nccl_session.hpp"

namespace railgauge::nccl {
namespace {

TEST(probe_from, reads_the_version_and_the_number_of_devices) {
    const device_probe eight = probe_from({.text = "2.28.9 8", .failure = {}});
    EXPECT_EQ(eight.version, "2.28.9");
    EXPECT_EQ(eight.devices, 8);
    EXPECT_EQ(probe_from({.text = {}, .failure = "no driver"}).devices, 0);
    EXPECT_EQ(probe_from({.text = "2.28.9", .failure = {}}).devices, 0);
    EXPECT_EQ(probe_from({.text = "2.28.9", .failure = {}}).version, "2.28.9");
}

TEST(limits_for, the_usual_deadlines_are_the_limits_as_they_stand) {
    const nccl_limits usual;
    const nccl_limits made = limits_for(std::chrono::seconds(10), std::chrono::seconds(30));
    EXPECT_EQ(made.init, usual.init);
    EXPECT_EQ(made.work, usual.work);
    EXPECT_EQ(made.ending, usual.ending);
    EXPECT_EQ(made.grace, usual.grace);
    // The World names the rank that is missing before NCCL is given up.
    EXPECT_GT(limits_for(std::chrono::minutes(5), std::chrono::seconds(1)).work,
              std::chrono::minutes(5));
}

}  // namespace
}  // namespace railgauge::nccl
#endif
