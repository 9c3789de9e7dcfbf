// A comparison as a part of a report.
#include "harness/report/html_comparison.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/report/content_views.hpp"
#include "tests/unit/report/report_sample.hpp"

namespace railgauge {
namespace {

using testing::HasSubstr;
using testing::Not;

// Ten launches of two operations on a host with a hostile name; one operation takes `factor` times
// as long.
std::string run_text(const std::string& id, double factor, const std::string& driver) {
    std::vector<point_record> points;
    for (std::int32_t launch = 0; launch < 10; ++launch) {
        for (int i = 0; i < 3; ++i) {
            const double noise = 1 + 0.002 * ((launch * 7 + i * 3) % 5);
            points.push_back(report_sample::point(i, "all_reduce", std::uint64_t{64} << (8 * i),
                                                  10 * noise * factor, launch));
            points.push_back(report_sample::point(3 + i, "broadcast", std::uint64_t{64} << (8 * i),
                                                  5 * noise, launch));
        }
    }
    std::string text = report_sample::file_text(id, points);
    const std::string provenance = R"({"driver":")" + driver + R"(","hosts":[{"name":"<b>|*h*"}]})";
    run_header header = report_sample::header(id, 6);
    header.plan.launches = 10;
    header.provenance_json = provenance;
    return to_line(header) + text.substr(text.find('\n'));
}

struct compared_runs {
    explicit compared_runs(double factor)
        : a(run_text("aa", 1, "1<2")), b(run_text("bb", factor, "2")) {
        first = load_set("<b>A</b>", {a.path()}, table);
        second = load_set("B", {b.path()}, table);
        found = compare(first, second, table);
    }
    [[nodiscard]] comparison_part part() const { return {found, first, second, table}; }

    report_sample::scratch_file a;
    report_sample::scratch_file b;
    point_table table;
    result_set first;
    result_set second;
    comparison found;
};

TEST(comparison_html, says_what_is_slower_and_what_differs) {
    const compared_runs runs(1.5);
    const std::string page = comparison_html(runs.part());
    EXPECT_THAT(page, HasSubstr("<h2 id=comparison>"));
    EXPECT_THAT(page, HasSubstr("<tr><td>driver<td>1&lt;2<td>2\n"));
    EXPECT_THAT(page, HasSubstr("6 points, 10 pairs of launches"));
    EXPECT_THAT(page, HasSubstr("<b class=v-SLOWER>SLOWER</b>"));
    EXPECT_THAT(page, HasSubstr("<svg class=ratio"));
    EXPECT_THAT(page, Not(HasSubstr("<b>A")));
    EXPECT_THAT(page, HasSubstr("&lt;b&gt;A&lt;/b&gt;"));
    // Slower points come first, and filters find them.
    EXPECT_LT(page.find("data-op=\"all_reduce\""), page.find("data-op=\"broadcast\""));
}

TEST(comparison_html, equal_things_are_not_called_different) {
    const compared_runs runs(1);
    const std::string page = comparison_html(runs.part());
    EXPECT_THAT(page, Not(HasSubstr("SLOWER")));
    EXPECT_THAT(page, Not(HasSubstr("FASTER")));
    EXPECT_THAT(page, HasSubstr("<b class=v-SAME>"));
}

TEST(comparison_html, nothing_in_common_is_said) {
    compared_runs runs(1);
    const comparison none = compare(runs.first, result_set{}, runs.table);
    const result_set empty;
    EXPECT_THAT(comparison_html({none, runs.first, empty, runs.table}),
                HasSubstr("Nothing was measured on both sides"));
}

TEST(comparison_markdown, holds_the_same_as_tables) {
    const compared_runs runs(1.5);
    const std::string text = comparison_markdown(runs.part());
    EXPECT_THAT(text, HasSubstr("| driver | 1&lt;2 | 2 |"));
    EXPECT_THAT(text, HasSubstr(" | SLOWER |"));
    EXPECT_THAT(text, HasSubstr("- A: &lt;b&gt;A&lt;/b&gt;, 1 run, 10 launches"));
    EXPECT_LT(text.size(), most_markdown_bytes / 2);
    const std::string page = markdown_view(report_sample::content(), text);
    EXPECT_THAT(page, HasSubstr("### Comparison"));
}

}  // namespace
}  // namespace railgauge
