// Going on with a results file: cut at every byte, of another plan, of no railgauge.
#include "harness/record/resume.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/base/error.hpp"
#include "harness/record/results_reader.hpp"
#include "harness/record/results_writer.hpp"
#include "harness/record/validate.hpp"
#include "tests/unit/record/example.hpp"

namespace railgauge {
namespace {

using example::scratch_file;
using testing::HasSubstr;

TEST(resume, goes_on_after_a_cut_at_any_byte) {
    const std::string whole = example::text();
    const auto keys = example::keys();
    const scratch_file file;
    for (std::size_t cut = 0; cut <= whole.size(); ++cut) {
        file.write(whole.substr(0, cut));
        const auto last_newline = whole.substr(0, cut).rfind('\n');
        const std::size_t kept = last_newline == std::string::npos ? 0 : last_newline + 1;
        const resume_state state = resume_results(file.path(), example::header().plan, keys);
        ASSERT_EQ(file.read(), whole.substr(0, kept)) << cut;
        ASSERT_EQ(state.fresh, kept == 0) << cut;
        ASSERT_EQ(state.ended, kept == whole.size()) << cut;
        ASSERT_EQ(state.measured.size(), state.counts.total());
        for (std::int64_t i = 0; i < 4; ++i) {
            const bool there = static_cast<std::uint64_t>(i) < state.counts.total();
            ASSERT_EQ(state.measured.contains(0, 0, i), there) << cut;
        }
    }
}

TEST(resume, appends_to_what_was_cut) {
    const std::string whole = example::text();
    const scratch_file file(whole.substr(0, whole.size() - 3));
    const auto state = resume_results(file.path(), example::header().plan, example::keys());
    {
        results_writer writer(file.path(), results_writer::mode::append, state.counts);
        writer.write(resume_record{"2026-01-31T13:00:00Z", {"railgauge"}, "{}"});
        writer.finish(exit_status::fine);
    }
    const results_check check = validate_results(file.path());
    EXPECT_TRUE(check.problems.empty()) << check.problems.front();
    EXPECT_EQ(check.counts.total(), 4U);
}

TEST(resume, starts_anew_without_a_file) {
    const scratch_file file;
    EXPECT_TRUE(resume_results(file.path(), {}, {}).fresh);
}

TEST(resume, leaves_other_files_alone) {
    const scratch_file file("my shopping list");
    EXPECT_THROW((void)resume_results(file.path(), {}, {}), input_error);
    EXPECT_EQ(file.read(), "my shopping list");
}

TEST(resume, says_what_differs) {
    const std::string whole = example::text();
    const scratch_file file(whole);
    plan_summary other = example::header().plan;
    other.hash = "f";
    other.settings_json = R"({"precision":0.02,"budget_s":0.5})";
    auto keys = example::keys();
    keys[1].bytes = 4096;
    try {
        (void)resume_results(file.path(), other, keys);
        FAIL();
    } catch (const usage_error& error) {
        EXPECT_THAT(error.what(), HasSubstr("precision was 0.01 and is 0.02"));
        EXPECT_THAT(error.what(), HasSubstr("point 1 is all_reduce float32 sum 128 B"));
        EXPECT_THAT(error.what(), HasSubstr("4096 B"));
    }
    EXPECT_EQ(file.read(), whole);
}

TEST(measured_points, are_found_in_any_order) {
    measured_points points(3);
    for (const std::int64_t place : {5, 0, 2, 1, 4, 8}) {
        EXPECT_TRUE(points.add(1, place / 3, place % 3));
        EXPECT_FALSE(points.add(1, place / 3, place % 3));
    }
    for (std::int64_t place = 0; place < 10; ++place) {
        EXPECT_EQ(points.contains(1, place / 3, place % 3),
                  place != 3 && place != 6 && place != 7 && place != 9);
    }
    EXPECT_FALSE(points.contains(0, 0, 0));
    EXPECT_EQ(points.size(), 6U);
}

TEST(measured_points, of_groups_are_whole_with_their_last_row) {
    measured_points points(2);
    EXPECT_TRUE(points.add(example::row_of_pair(0, 0, "pairs:0-1", 2)));
    EXPECT_FALSE(points.add(example::row_of_pair(0, 0, "pairs:0-1", 2)));
    EXPECT_FALSE(points.contains_round(0, 0, 0, 0));
    EXPECT_TRUE(points.contains_row(example::row_of_pair(0, 0, "pairs:0-1", 2)));
    EXPECT_FALSE(points.contains_row(example::row_of_pair(0, 0, "pairs:2-3", 2)));
    EXPECT_EQ(points.first_open_round(0, 0, 0), 0);
    EXPECT_TRUE(points.add(example::row_of_pair(0, 0, "pairs:2-3", 2)));
    EXPECT_TRUE(points.contains_round(0, 0, 0, 0));
    EXPECT_EQ(points.first_open_round(0, 0, 0), 1);
    EXPECT_FALSE(points.contains(0, 0, 0));
    // A round that did not finish is one row, and does not say how many rounds there are.
    point_record failed = example::row_of_pair(0, 1, "pairs", 0);
    failed.place->rounds = 0;
    EXPECT_TRUE(points.add(failed));
    EXPECT_TRUE(points.contains(0, 0, 0));
    EXPECT_EQ(points.size(), 1U);
    EXPECT_FALSE(points.contains(0, 0, 1));
}

TEST(resume, passes_over_communicators_and_holds_the_manner_against_the_plan) {
    const point_record point = example::device_point(0);
    run_header header = example::header();
    header.plan.points = 1;
    const scratch_file file(to_line(header) + "\n" + to_line(example::communicator()) + "\n" +
                            to_line(point) + "\n");
    std::vector<point_key> keys{point.key};
    const resume_state state = resume_results(file.path(), header.plan, keys);
    EXPECT_TRUE(state.measured.contains(0, 0, 0));
    keys[0].streams = 2;
    EXPECT_THROW(static_cast<void>(resume_results(file.path(), header.plan, keys)), input_error);
}

}  // namespace
}  // namespace railgauge
