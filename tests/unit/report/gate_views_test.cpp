// What comparisons and gates print, line by line, and that hostile names stay harmless.
#include "harness/report/gate_views.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <pugixml.hpp>
#include <set>

#include "harness/report/compare_json.hpp"
#include "harness/report/compare_text.hpp"
#include "harness/report/content_views.hpp"
#include "tests/golden/golden.hpp"
#include "tests/unit/compare/generated.hpp"

namespace railgauge {
namespace {

using testing::HasSubstr;
using testing::Not;

// Two sets whose times are the same in every run of the test: B is 1.25 times slower at small
// sizes and wobbles by `wobble` from launch to launch.
class two_sets {
public:
    explicit two_sets(double factor, double wobble = 0.01, int launches = 10) {
        generated::run_shape a;
        a.run_id = "a";
        a.launches = launches;
        a.operations = {"all_reduce", "broadcast"};
        a.time = [wobble](int launch, std::size_t point) {
            return 10.0 * (1 + wobble * ((7 * launch + static_cast<int>(point)) % 5 - 2));
        };
        a.provenance = R"({"host":{"kernel":"6.1"},"nvidia_driver":"550"})";
        a.change = [](point_record& point) {
            point.percent_of_bound = 50;
            point.energy.j_per_gb = 2;
        };
        generated::run_shape b = a;
        b.run_id = "b";
        b.first_minute = 1;
        b.provenance = R"({"host":{"kernel":"6.1\u001b[31m<b>|@all"},"nvidia_driver":"570"})";
        b.time = [wobble, factor](int launch, std::size_t point) {
            const double slower = point % 5 < 2 ? factor : 1;
            return 10.0 * slower * (1 + wobble * ((3 * launch + static_cast<int>(point)) % 5 - 2));
        };
        b.change = [](point_record& point) {
            point.percent_of_bound = 40;
            point.energy.j_per_gb = 2.5;
        };
        folder_.write("a.jsonl", generated::results(a));
        folder_.write("b.jsonl", generated::results(b));
        first = load_set("old", {folder_.path("a.jsonl")}, table);
        second = load_set("new\x1b[2J", {folder_.path("b.jsonl")}, table);
        for (set_run& run : first.runs) run.file = "old/a.jsonl";
        for (set_run& run : second.runs) run.file = "new/b.jsonl";
    }

    gate_result gated(const std::vector<acceptance>& accepted = {}) {
        return gate(first, second, table, accepted, options);
    }
    gate_view view(const gate_result& result) const { return {result, first, second, options}; }

    point_table table;
    result_set first;
    result_set second;
    gate_options options;

private:
    generated::folder folder_;
};

// A line a value, with the first of the classes and of the points.
std::string first_of_lists(const std::string& text) {
    auto json = nlohmann::ordered_json::parse(text);
    for (const char* list : {"classes", "points"}) {
        json[list] = nlohmann::ordered_json::array({json[list][0]});
    }
    return json.dump(1) + "\n";
}

TEST(compare_views, text_and_json) {
    two_sets sets(1.25);
    const comparison found = compare(sets.first, sets.second, sets.table);
    EXPECT_TRUE(golden::matches("compare/compare.txt",
                                comparison_text(found, sets.first, sets.second, sets.table, {8})));
    const auto json = comparison_json(found, sets.first, sets.second, sets.table);
    EXPECT_TRUE(golden::matches("compare/compare.json", first_of_lists(json)));
}

TEST(compare_views, one_launch_says_that_it_cannot_be_told) {
    two_sets sets(1.25, 0.01, 1);
    const comparison found = compare(sets.first, sets.second, sets.table);
    const std::string text = comparison_text(found, sets.first, sets.second, sets.table);
    EXPECT_THAT(text, HasSubstr("cannot be told"));
    EXPECT_THAT(text, HasSubstr("8 launches a side are needed"));
    EXPECT_THAT(text, Not(HasSubstr("SLOWER")));
}

TEST(gate_views, all_of_a_gate_that_fails) {
    two_sets sets(1.25);
    const gate_result found = sets.gated(
        {{"all_reduce, up to 8 KiB", 1.1, "me\x1b[0m", "2026-01-01T00:00:00.000Z", "a | b <i>"}});
    EXPECT_EQ(found.status, exit_status::worse);
    EXPECT_TRUE(golden::matches("compare/gate.txt", gate_text(sets.view(found), 8)));
    EXPECT_TRUE(golden::matches("compare/gate.md", gate_markdown(sets.view(found))));
    EXPECT_TRUE(golden::matches("compare/gate.xml", gate_junit(sets.view(found))));
    EXPECT_TRUE(golden::matches("compare/gate.json", first_of_lists(gate_json(sets.view(found)))));
}

TEST(gate_views, calibration) {
    two_sets sets(1);
    const calibration found = calibrate(sets.first, sets.table);
    EXPECT_TRUE(golden::matches("compare/calibration.txt",
                                calibration_text(found, sets.first, sets.options, 3)));
    const auto json = nlohmann::json::parse(calibration_json(found, sets.first));
    EXPECT_EQ(json["launches"], 10);
    EXPECT_EQ(json["classes"].size(), 9U);
}

TEST(gate_views, few_launches_say_how_many_it_takes) {
    two_sets sets(1, 0.01, 3);
    const gate_result found = sets.gated();
    EXPECT_EQ(found.status, exit_status::cannot);
    EXPECT_THAT(gate_text(sets.view(found), 1),
                HasSubstr("NOT DECIDED: too few launches for any verdict.\n3 launches a side "
                          "cannot show a slowdown in every operation and size class. About 7 "
                          "launches a side would decide."));
    pugi::xml_document document;
    ASSERT_TRUE(document.load_string(gate_junit(sets.view(found)).c_str()));
    EXPECT_EQ(document.select_nodes("//error").size(), 1U);
    EXPECT_EQ(document.select_nodes("//skipped").size(), 19U);
}

TEST(gate_views, hostile_names_stay_harmless) {
    two_sets sets(1.25);
    sets.first.problems = {"x\x1b]0;title\x07: bad"};
    const gate_result found = sets.gated({{"broadcast, up to 8 KiB", 1.01, "\x1b[1m", "\n", "\r"}});
    const comparison compared = compare(sets.first, sets.second, sets.table);
    for (const std::string& text :
         {gate_text(sets.view(found), 100), gate_markdown(sets.view(found)),
          gate_junit(sets.view(found)), gate_json(sets.view(found)),
          comparison_text(compared, sets.first, sets.second, sets.table),
          comparison_json(compared, sets.first, sets.second, sets.table)}) {
        for (const char byte : text) {
            ASSERT_TRUE(byte == '\n' || static_cast<unsigned char>(byte) >= 0x20);
        }
    }
    const std::string markdown = gate_markdown(sets.view(found));
    EXPECT_THAT(markdown, Not(HasSubstr("<b>")));
    EXPECT_THAT(markdown, Not(HasSubstr("@all")));
}

// A summary and a JUnit file have limits, whatever the number of points and the length of names.
TEST(gate_views, stay_within_their_limits) {
    two_sets sets(1.25);
    gate_result found = sets.gated();
    const gated slow = found.points.front();
    found.points.assign(30'000, slow);
    for (std::size_t i = 0; i < found.points.size(); ++i) {
        found.points[i].name = std::string(900, '<') + std::to_string(i % 20'000);
    }
    found.provenance.assign(5000, {std::string(2000, '|'), std::string(3000, '*'), "x"});
    const std::string markdown = gate_markdown(sets.view(found));
    EXPECT_LE(markdown.size(), most_markdown_bytes);
    EXPECT_THAT(markdown, HasSubstr("more are left out here"));
    const std::string xml = gate_junit(sets.view(found), 5000);
    EXPECT_LT(xml.size(), 30'000'000U);
    pugi::xml_document document;
    ASSERT_TRUE(document.load_string(xml.c_str()));
    std::set<std::string> names;
    for (const auto& node : document.select_nodes("//testcase")) {
        const pugi::xml_node one = node.node();
        names.insert(std::string(one.attribute("classname").value()) + "/" +
                     one.attribute("name").value());
    }
    EXPECT_EQ(names.size(), document.select_nodes("//testcase").size());
    EXPECT_THAT(xml, HasSubstr("more cases are left out here"));
}

}  // namespace
}  // namespace railgauge
