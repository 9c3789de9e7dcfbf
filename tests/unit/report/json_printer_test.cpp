#include <gtest/gtest.h>

#include <limits>
#include <nlohmann/json.hpp>

#include "tests/unit/report/sample_run.hpp"

namespace railgauge {
namespace {

TEST(json_printer, is_one_document_with_everything_in_it) {
    const auto all = nlohmann::json::parse(print_run(output_format::json, sample_points()));
    EXPECT_EQ(all.at("header").at("run_id"), sample_header().run_id);
    EXPECT_EQ(all.at("end").at("status"), 4);
    const auto points = sample_points();
    ASSERT_EQ(all.at("points").size(), points.size());
    for (std::size_t i = 0; i < points.size(); ++i) {
        const auto& object = all.at("points").at(i);
        EXPECT_EQ(object.at("bytes"), points[i].key.bytes);
        EXPECT_EQ(object.at("reason").is_null() ? "" : object.at("reason").get<std::string>(),
                  points[i].reason);
        if (points[i].time_us) {
            EXPECT_EQ(object.at("time_us").at("p50").get<double>(), points[i].time_us->p50);
        }
    }
}

TEST(json_printer, a_run_without_points_or_end_is_valid) {
    const auto all = nlohmann::json::parse(print_run(output_format::json, {}, 1, {}, /*cut=*/true));
    EXPECT_TRUE(all.at("points").empty());
    EXPECT_TRUE(all.at("end").is_null());
}

TEST(json_printer, what_is_not_finite_is_null) {
    point_record record = sample_point(8, 1);
    record.busbw_gbps = std::numeric_limits<double>::infinity();
    record.algbw_gbps = std::numeric_limits<double>::quiet_NaN();
    const auto all = nlohmann::json::parse(print_run(output_format::json, {record}));
    EXPECT_TRUE(all.at("points").at(0).at("busbw_gbps").is_null());
    EXPECT_TRUE(all.at("points").at(0).at("algbw_gbps").is_null());
}

}  // namespace
}  // namespace railgauge
