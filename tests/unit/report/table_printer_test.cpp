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

TEST(table_printer, says_how_a_device_executed_and_what_it_used) {
    point_record point = sample_point(1 << 20, 50);
    point.key.memory = "cuda";
    point.key.graph = true;
    point.key.registration = "buffer";
    point.key.streams = 2;
    point.energy = {3.0, {}, 3.0, 1.2345};
    const std::string text = print_run(output_format::table, {point});
    EXPECT_THAT(text, HasSubstr("cuda  graph  registration buffer  2 streams"));
    EXPECT_THAT(text, HasSubstr("ok (1.23 J/GB)"));
    point.energy = {{}, 3.0, 3.0, 1.2345};
    EXPECT_THAT(print_run(output_format::table, {point}), Not(HasSubstr("J/GB")));
}

TEST(table_printer, says_what_making_a_communicator_took_but_not_for_every_pair) {
    std::ostringstream out;
    const auto printer = make_printer(output_format::table, out);
    printer->begin(sample_header());
    printer->made({0, "nccl", "world", 8, 1.5e6, 3});
    printer->point(sample_point(8, 1));
    printer->made({0, "nccl", "intra-host:h\x1b[1", 4, 2e3, 0});
    printer->made({0, "nccl", "pairs:0-1", 2, 7e6, 0});
    printer->point(sample_point(64, 1));
    EXPECT_THAT(out.str(), HasSubstr("\nnccl communicator of 8 ranks: made in 1.50 s, rank 3 the "
                                     "longest\n"));
    EXPECT_THAT(out.str(), HasSubstr("4 ranks (intra-host:h\\x1b[1): made in 2.00 ms"));
    EXPECT_THAT(out.str(), Not(HasSubstr("pairs")));
    EXPECT_THAT(out.str(), Not(HasSubstr("\x1b")));
}

}  // namespace
}  // namespace railgauge
