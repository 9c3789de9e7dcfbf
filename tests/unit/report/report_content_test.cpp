#include "harness/report/report_content.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>

#include "harness/base/error.hpp"
#include "harness/report/html_series.hpp"
#include "tests/unit/report/report_sample.hpp"

namespace railgauge {
namespace {

using report_sample::scratch_file;

TEST(report_content, launches_of_a_point_stand_in_one_row) {
    const report_content content = report_sample::content();
    ASSERT_EQ(content.series.size(), 2U);
    ASSERT_EQ(content.series[0].rows.size(), 4U);
    EXPECT_EQ(content.series[0].rows[0].measurements.size(), 3U);
    EXPECT_EQ(content.series[1].rows[1].measurements[0].status, point_status::failed);
    ASSERT_EQ(content.matrices.size(), 1U);
    EXPECT_EQ(content.matrices[0].pairs.size(), 2U);
    EXPECT_FALSE(content.matrices[0].is_time);
    EXPECT_EQ(content.points, 16U);
}

TEST(report_content, of_several_launches_the_median_of_medians_counts) {
    const report_content content = report_sample::content();
    const row_summary all = summary_of(content.series[0].rows[0]);
    EXPECT_DOUBLE_EQ(*all.time_us, content.series[0].rows[0].measurements[1].time_us->p50);
    EXPECT_FALSE(all.low_us) << "three launches are too few for an interval";
    EXPECT_EQ(all.measured, 3U);
    EXPECT_LT(all.fastest_us, *all.time_us);
    const row_summary one = summary_of(content.series[1].rows[0]);
    EXPECT_TRUE(one.low_us) << "of one launch the interval within it";
}

TEST(report_content, the_same_run_twice_is_refused) {
    const std::string text = report_sample::file_text("aa", report_sample::points());
    const scratch_file first(text);
    const scratch_file second(text);
    EXPECT_THROW((void)read_content({first.path(), second.path()}), usage_error);
}

TEST(report_content, a_cut_file_is_read_as_far_as_it_goes) {
    std::string text = report_sample::file_text("aa", report_sample::points());
    text.resize(text.size() / 2);
    const scratch_file file(text);
    const report_content content = read_content({file.path()});
    EXPECT_TRUE(content.runs[0].cut);
    EXPECT_GT(content.points, 0U);
    EXPECT_LT(content.points, 16U);
}

TEST(report_content, an_empty_file_is_an_input_error) {
    const scratch_file file("");
    EXPECT_THROW((void)read_content({file.path()}), input_error);
}

TEST(shape_of, keeps_ends_and_order) {
    std::vector<double> samples(1000);
    std::iota(samples.begin(), samples.end(), 1.0);
    const sample_shape shape = shape_of(samples, 64);
    ASSERT_EQ(shape.quantiles_us.size(), 64U);
    EXPECT_EQ(shape.quantiles_us.front(), 1);
    EXPECT_EQ(shape.quantiles_us.back(), 1000);
    EXPECT_TRUE(std::ranges::is_sorted(shape.course_us));
    EXPECT_EQ(shape_of({3, 1}, 64).course_us, (std::vector<double>{3, 1}));
    EXPECT_EQ(shape_of({5}, 64).quantiles_us, std::vector<double>{5});
}

}  // namespace
}  // namespace railgauge
