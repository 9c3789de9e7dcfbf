#include "harness/report/progress_line.hpp"

#include <gtest/gtest.h>

namespace railgauge {
namespace {

TEST(progress_line, says_how_far_what_and_how_long) {
    point_key key;
    key.op = "all_reduce";
    key.backend = "shm";
    key.dtype = "float32";
    key.bytes = 65536;
    key.in_place = true;
    key.timing = "isolated";
    EXPECT_EQ(progress_line({.done = 121, .total = 288, .current = &key, .left_s = 34.2}, 100),
              "[ 42%] 121/288  all_reduce shm float32 64 KiB isolated in place  35 s left");
    EXPECT_EQ(progress_line({.done = 3, .left_s = 125}, 100), "[3 points]  2 min 5 s left");
}

TEST(progress_line, is_full_only_at_the_end) {
    EXPECT_EQ(progress_line({.done = 999, .total = 1000}, 80), "[ 99%] 999/1000");
    EXPECT_EQ(progress_line({.done = 1000, .total = 1000}, 80), "[100%] 1000/1000");
}

TEST(progress_line, fits_its_columns_and_stays_one_line) {
    point_key key;
    key.op = "a\x1b[2J\nb";
    key.backend = "日本日本日本";
    const std::string whole = progress_line({.total = 1, .current = &key}, 1000);
    EXPECT_EQ(whole.find_first_of("\x1b\n"), std::string::npos);
    for (int columns = 1; columns < 60; ++columns) {
        const std::string line = progress_line({.total = 1, .current = &key}, columns);
        EXPECT_LE(line.size(), static_cast<std::size_t>(columns));
        EXPECT_EQ(whole.substr(0, line.size()), line);
        // Never half a character.
        EXPECT_NE(static_cast<unsigned char>(whole[line.size()]) & 0xC0U, 0x80U);
    }
}

TEST(estimate_left, goes_from_the_plan_to_the_pace) {
    EXPECT_FALSE(estimate_left_s(3, 0, 1, 1).has_value());
    EXPECT_DOUBLE_EQ(*estimate_left_s(0, 10, 0, 60), 60);
    EXPECT_DOUBLE_EQ(*estimate_left_s(5, 10, 30, 60), 30);
    EXPECT_DOUBLE_EQ(*estimate_left_s(10, 10, 100, 60), 0);
    // Twice as slow as planned: at half time it shows, near the end it is all that counts.
    EXPECT_DOUBLE_EQ(*estimate_left_s(5, 10, 60, 60), 45);
    EXPECT_NEAR(*estimate_left_s(9, 10, 108, 60), 12, 1);
}

}  // namespace
}  // namespace railgauge
