// Each view against the rules of the program that reads it.
#include "harness/report/content_views.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <regex>
#include <set>
#include <sstream>

#include "harness/report/html_report.hpp"
#include "tests/golden/golden.hpp"
#include "tests/unit/report/report_sample.hpp"

namespace railgauge {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(markdown_view, is_the_golden_text) {
    EXPECT_TRUE(golden::matches("report/report.md", markdown_view(report_sample::content())));
}

TEST(markdown_view, hostile_text_makes_no_markup) {
    const std::string text = markdown_view(report_sample::content());
    EXPECT_THAT(text, Not(HasSubstr("<script")));
    EXPECT_THAT(text, HasSubstr("\\|\\`\\_"));
    for (const std::string& line : golden::lines_of(text)) {
        if (!line.starts_with("| 2000")) continue;
        EXPECT_EQ(std::ranges::count(line, '|') - 1, 8) << "one escaped among seven cells' bars";
    }
}

TEST(markdown_view, stays_below_what_github_takes) {
    report_content content = report_sample::content();
    const report_series one = content.series[0];
    for (int i = 0; i < 5000; ++i) content.series.push_back(one);
    const std::string text = markdown_view(content);
    EXPECT_LE(text.size(), most_markdown_bytes);
    EXPECT_THAT(text, HasSubstr("more series do not fit here"));
}

TEST(junit_view, is_the_golden_text) {
    EXPECT_TRUE(golden::matches("report/junit.xml", junit_view(report_sample::content())));
}

TEST(junit_view, names_are_unique) {
    const std::string text = junit_view(report_sample::content());
    std::set<std::string> seen;
    const std::regex name("classname=\"([^\"]*)\" name=\"([^\"]*)\"");
    for (auto it = std::sregex_iterator(text.begin(), text.end(), name);
         it != std::sregex_iterator(); ++it) {
        EXPECT_TRUE(seen.insert((*it)[1].str() + "\n" + (*it)[2].str()).second) << it->str();
    }
    EXPECT_EQ(seen.size(), 14U);
}

// The grammar of the text format: HELP, TYPE, then samples without a timestamp.
TEST(prometheus_view, every_line_is_of_the_format_and_no_labels_repeat) {
    const std::string text = prometheus_view(report_sample::content());
    const std::regex sample(R"re(^[a-z_]+\{([a-z_]+="([^"\\]|\\["\\n])*",?)+\} [-+0-9.e]+$)re");
    const std::regex comment("^# (HELP|TYPE) [a-z_]+ .+$");
    std::set<std::string> seen;
    for (const std::string& line : golden::lines_of(text)) {
        const bool is_comment = line.starts_with('#');
        EXPECT_TRUE(std::regex_match(line, is_comment ? comment : sample)) << line;
        EXPECT_TRUE(seen.insert(line.substr(0, line.rfind(' '))).second) << line;
    }
    EXPECT_TRUE(text.ends_with('\n'));
    EXPECT_THAT(text, HasSubstr("railgauge_points{status=\"failed\"} 1\n"));
    EXPECT_THAT(text, HasSubstr("from=\"0\",to=\"1\""));
}

TEST(prometheus_view, is_the_golden_text) {
    EXPECT_TRUE(golden::matches("report/report.prom", prometheus_view(report_sample::content())));
}

report_content bandwidths_alone() {
    report_content content = report_sample::content();
    content.matrices.clear();
    content.series.resize(1);
    for (report_row& row : content.series[0].rows) {
        for (report_measurement& one : row.measurements) {
            one.time_us.reset();
            one.busbw_gbps = 12.5;
            one.is_algbw = true;
        }
    }
    return content;
}

TEST(prometheus_view, a_bandwidth_that_is_no_busbw_is_not_called_so) {
    const std::string text = prometheus_view(bandwidths_alone());
    EXPECT_THAT(text, HasSubstr("\nrailgauge_algbw_bytes_per_second{"));
    EXPECT_THAT(text, Not(HasSubstr("busbw")));
}

TEST(github_benchmark_view, has_what_has_a_bandwidth_alone) {
    const github_benchmark_views views = github_benchmark_view(bandwidths_alone());
    EXPECT_EQ(nlohmann::json::parse(views.smaller_is_better).size(), 0U);
    const auto list = nlohmann::json::parse(views.bigger_is_better);
    ASSERT_GT(list.size(), 0U);
    EXPECT_EQ(list[0].at("value"), 12.5);
    EXPECT_THAT(list[0].at("name").get<std::string>(), testing::EndsWith(": algbw"));
    EXPECT_THAT(markdown_view(bandwidths_alone()), HasSubstr("| algbw, GB/s |"));
    std::ostringstream html;
    write_html_report(html, bandwidths_alone());
    EXPECT_THAT(html.str(), HasSubstr("<th>algbw, GB/s"));
    EXPECT_THAT(html.str(), HasSubstr("algbw, GB/s over size"));
    EXPECT_THAT(html.str(), Not(HasSubstr("busbw, GB/s over size")));
}

// customSmallerIsBetter and customBiggerIsBetter: name, unit and value, finite, each name once.
TEST(github_benchmark_view, has_what_the_action_asks_for) {
    const github_benchmark_views views = github_benchmark_view(report_sample::content());
    for (const auto& [text, unit] :
         {std::pair(views.smaller_is_better, "us"), std::pair(views.bigger_is_better, "GB/s")}) {
        const auto list = nlohmann::json::parse(text);
        ASSERT_TRUE(list.is_array());
        EXPECT_EQ(list.size(), 5U);
        std::set<std::string> names;
        for (const auto& one : list) {
            EXPECT_TRUE(names.insert(one.at("name")).second);
            EXPECT_EQ(one.at("unit"), unit);
            EXPECT_TRUE(one.at("value").is_number());
        }
    }
    const auto times = nlohmann::json::parse(views.smaller_is_better);
    EXPECT_FALSE(times[0].contains("range")) << "three launches have no interval";
    EXPECT_THAT(times[4].at("range").get<std::string>(), testing::StartsWith("± "));
}

}  // namespace
}  // namespace railgauge
