// What the page is without a browser; tests/report drives one.
#include "harness/report/html_report.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <regex>
#include <sstream>

#include "harness/report/html_matrix.hpp"
#include "harness/report/html_series.hpp"
#include "harness/report/html_text.hpp"
#include "harness/report/svg_chart.hpp"
#include "tests/unit/report/report_sample.hpp"

namespace railgauge {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string page_of(const report_content& content) {
    std::ostringstream out;
    write_html_report(out, content);
    return out.str();
}

TEST(html_text, nothing_can_leave_its_place) {
    EXPECT_EQ(html_text("<b a=\"x\" c='y'>&amp;\n\x1b"),
              "&lt;b a=&quot;x&quot; c=&#39;y&#39;&gt;&amp;amp;\\x0a\\x1b");
    EXPECT_EQ(html_text("\xff"), "\\xff");
}

TEST(html_figure, four_digits_without_exponents) {
    EXPECT_EQ(html_figure(0.31234), "0.3123");
    EXPECT_EQ(html_figure(12345.6), "12346");
    EXPECT_EQ(html_figure(999.97), "1000");
    EXPECT_EQ(html_figure(std::nullopt), "");
    EXPECT_EQ(html_figure(std::nan("")), "");
    EXPECT_EQ(html_size(65536), "64K");
    EXPECT_EQ(html_size(1000), "1000");
    EXPECT_EQ(html_size(0), "0");
    EXPECT_EQ(html_size(std::uint64_t{3} << 40), "3T");
}

TEST(html_report, holds_all_and_asks_for_nothing) {
    const std::string page = page_of(report_sample::content());
    for (const char* part : {"<h1>railgauge report</h1>", "all_reduce shm, ring, float32 sum",
                             "% of bound", "<svg class=chart", "<svg class=matrix", "Provenance",
                             "default-src 'none'", "prefers-color-scheme: dark", "@media print"}) {
        EXPECT_THAT(page, HasSubstr(part));
    }
    // The names of XML's dialects in uPlot and its address in its licence are no requests.
    EXPECT_FALSE(std::regex_search(page, std::regex("(src|href)=[\"']?https?:")));
    EXPECT_THAT(page, Not(HasSubstr("@import")));
}

TEST(html_report, hostile_names_stay_text) {
    const std::string page = page_of(report_sample::content());
    EXPECT_THAT(page, Not(HasSubstr("<script>alert")));
    EXPECT_THAT(page, Not(HasSubstr("alert('x')")));
    EXPECT_THAT(page, HasSubstr("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;"));
}

TEST(html_report, a_hundred_thousand_points_stay_below_five_megabytes) {
    report_content content;
    content.runs.emplace_back().file = "large.jsonl";
    for (int s = 0; s < 1000; ++s) {
        report_series& one = content.series.emplace_back();
        one.key = report_sample::point(0, "all_reduce", 8, 1).key;
        one.key.root = s;
        for (int i = 0; i < 100; ++i) {
            report_measurement measured;
            const double time = 1234.5678 * (1 + i) * (1 + 1e-3 * s);
            measured.time_us = time_summary{time, time * 0.99, time * 1.01, time, time, time, time};
            measured.busbw_gbps = 123.456 / (1 + i);
            measured.n = 1000;
            one.rows.push_back({static_cast<std::uint64_t>(i + 1) * 65536, {measured}});
            ++content.points;
        }
    }
    const std::string page = page_of(content);
    EXPECT_LT(page.size(), 5'000'000U);
    EXPECT_THAT(page, HasSubstr("100000 points"));
}

TEST(shapes_json, can_end_no_script) {
    const std::string json = shapes_json(report_sample::content());
    EXPECT_THAT(json, HasSubstr("\"size\":\"8\",\"launch\":0"));
    EXPECT_EQ(json.find('<'), std::string::npos);
}

TEST(matrix_html, joins_cells_of_one_colour) {
    report_matrix matrix;
    matrix.key = report_sample::point(0, "send", 1 << 20, 1).key;
    for (int from = 0; from < 3; ++from) {
        for (int to = 0; to < 3; ++to) {
            if (from == to) continue;
            matrix.pairs.push_back({{from, "a"}, {to, "b"}, {from == 2 ? 40.0 : 100.0}});
        }
    }
    const std::string text = matrix_html(matrix, "");
    EXPECT_THAT(text, HasSubstr("<path class=h0 d=\"M1 0h2v1h-2zM0 1h1v1h-1zM2 1h1v1h-1z\"/>"));
    EXPECT_THAT(text, HasSubstr("<path class=h4 d=\"M0 2h2v1h-2z\"/>"));
    EXPECT_THAT(text, HasSubstr("<tr><th>2 b<td>40<td>40<td>"));
}

TEST(svg_chart, places_points_by_their_logarithms) {
    const chart_curve curve{"one", {{1, 1, {}, {}}, {16, 10, {}, {}}, {256, 100, {}, {}}}, {}};
    const std::string text = svg_chart("t", "us", {curve});
    // Evenly spaced on both axes: the middle point is the middle of the plane.
    EXPECT_THAT(text, HasSubstr("points=\"56.0,328.0 343.0,176.0 630.0,24.0\""));
    EXPECT_EQ(svg_chart("t", "us", {}), "");
    EXPECT_EQ(svg_chart("t", "us", {{"none", {{0, 1, {}, {}}, {1, -1, {}, {}}}, {}}}), "");
}

}  // namespace
}  // namespace railgauge
