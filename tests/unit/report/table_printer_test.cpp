#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/golden/golden.hpp"
#include "tests/unit/report/sample_run.hpp"

namespace railgauge {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(table_printer, prints_the_golden_table) {
    EXPECT_TRUE(
        golden::matches("report/table.txt", print_run(output_format::table, sample_points())));
}

TEST(table_printer, says_which_launch_an_interval_is_of) {
    std::vector<point_record> points{sample_point(8, 1), sample_point(8, 2)};
    points[1].launch = 1;
    const std::string text = print_run(output_format::table, points, 2);
    EXPECT_THAT(text, HasSubstr("within each launch"));
    EXPECT_THAT(text, HasSubstr("launch 1 of 2"));
    EXPECT_THAT(text, HasSubstr("launch 2 of 2"));
    EXPECT_THAT(print_run(output_format::table, points, 1), HasSubstr("within this launch"));
}

TEST(table_printer, sums_up_launches_point_by_point) {
    std::vector<point_record> points;
    for (int launch = 0; launch < 6; ++launch) {
        points.push_back(sample_point(8, 1.0 + launch));
        points.back().launch = launch;
    }
    // The median of 1 .. 6 us; the interval of six is their whole range.
    EXPECT_THAT(print_run(output_format::table, points, 6),
                HasSubstr("3.500 us      [1.000, 6.000]   1.000 us   6.000 us      6.00        6"));
    EXPECT_THAT(print_run(output_format::table, points, 1), Not(HasSubstr("Over all launches")));
}

TEST(table_printer, has_a_column_for_bounds_only_where_there_are_some) {
    std::vector<point_record> points{sample_point(8, 1)};
    EXPECT_THAT(print_run(output_format::table, points), Not(HasSubstr("bound")));
    points.push_back(sample_point(16, 1));
    points[1].percent_of_bound = 87.25;
    const std::string text = print_run(output_format::table, points);
    EXPECT_THAT(text, HasSubstr("% bound"));
    EXPECT_THAT(text, HasSubstr("87.2"));
}

TEST(table_printer, prints_escapes_only_when_asked_to) {
    EXPECT_THAT(print_run(output_format::table, sample_points()), Not(HasSubstr("\x1b")));
    const std::string colored =
        print_run(output_format::table, sample_points(), 1, {.colors = true});
    EXPECT_THAT(colored, HasSubstr("\x1b[33mskipped"));
    // Without the colours the text is the same: they take no room.
    EXPECT_EQ(std::regex_replace(colored, std::regex("\x1b\\[[0-9]+m"), ""),
              print_run(output_format::table, sample_points()));
}

TEST(table_printer, names_a_run_that_was_cut) {
    const std::string text = print_run(output_format::table, {sample_point(8, 1)}, 1, {}, true);
    EXPECT_THAT(text, HasSubstr("1 point, 1 ok\nthe run was cut"));
}

TEST(table_printer, columns_do_not_move) {
    std::vector<point_record> points;
    for (double time = 0.001; time < 1e9; time *= 3.7) points.push_back(sample_point(8, time));
    std::size_t place = 0;
    for (const std::string& line : golden::lines_of(print_run(output_format::table, points))) {
        const std::size_t found = line.find("  ok");
        if (found == std::string::npos) continue;
        if (place == 0) place = found;
        EXPECT_EQ(found, place) << line;
    }
    EXPECT_NE(place, 0U);
}

TEST(table_printer, a_barrier_has_no_size_and_no_type) {
    point_record barrier = sample_point(0, 1);
    barrier.key.op = "barrier";
    barrier.algbw_gbps.reset();
    barrier.busbw_gbps.reset();
    const std::string text = print_run(output_format::table, {barrier});
    EXPECT_THAT(text, Not(HasSubstr("float32")));
    EXPECT_THAT(text, Not(HasSubstr("0 B")));
}

}  // namespace
}  // namespace railgauge
