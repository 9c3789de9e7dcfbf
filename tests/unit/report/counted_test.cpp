#include "harness/report/counted.hpp"

#include <gtest/gtest.h>

namespace railgauge {
namespace {

TEST(counted, knows_its_plurals) {
    EXPECT_EQ(counted(0, "point"), "0 points");
    EXPECT_EQ(counted(1, "point"), "1 point");
    EXPECT_EQ(counted(1, "launch"), "1 launch");
    EXPECT_EQ(counted(2, "launch"), "2 launches");
    EXPECT_EQ(counted(3, "series"), "3 series");
}

}  // namespace
}  // namespace railgauge
