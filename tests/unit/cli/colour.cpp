#include "harness/cli/colour.hpp"

#include <gtest/gtest.h>

namespace railgauge {
namespace {

TEST(colour_wanted, no_color_beats_force_beats_clicolor_beats_the_terminal) {
    EXPECT_TRUE(colour_wanted(nullptr, nullptr, nullptr, true));
    EXPECT_FALSE(colour_wanted(nullptr, nullptr, nullptr, false));
    EXPECT_FALSE(colour_wanted("1", "1", "1", true));
    EXPECT_TRUE(colour_wanted("", nullptr, nullptr, true));
    EXPECT_TRUE(colour_wanted(nullptr, "1", "0", false));
    EXPECT_FALSE(colour_wanted(nullptr, "0", nullptr, false));
    EXPECT_FALSE(colour_wanted(nullptr, nullptr, "0", true));
    EXPECT_FALSE(colour_wanted(nullptr, nullptr, "1", false));
}

TEST(coloured, only_where_wanted) {
    EXPECT_EQ(coloured("x", colour::red, false), "x");
    EXPECT_EQ(coloured("x", colour::red, true), "\033[31mx\033[0m");
}

}  // namespace
}  // namespace railgauge
