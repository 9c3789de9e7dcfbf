// The bulk reader says what the careful one says, and goes on after a bad line.
#include "harness/record/bulk_reader.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "harness/base/error.hpp"
#include "harness/record/import.hpp"
#include "harness/record/lines.hpp"
#include "harness/record/results_reader.hpp"
#include "tests/unit/record/example.hpp"

namespace railgauge {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// Keeps copies: a point's texts live only while it is visited.
class keeper : public bulk_visitor {
public:
    struct kept {
        point_key key;
        std::string start;
        bulk_point point;
    };
    void on_header(run_header&& header) override { run_id = header.run_id; }
    void on_launch(launch_record&&) override { ++launches; }
    void on_end(run_end&&) override { ended = true; }
    void on_bad_line(const std::string& problem) override { problems.push_back(problem); }
    void on_point(const bulk_point& point) override {
        point_key key;
        key.op = point.op;
        key.backend = point.backend;
        key.algorithm = point.algorithm;
        key.dtype = point.dtype;
        key.redop = point.redop;
        key.bytes = point.bytes;
        key.ranks = point.ranks;
        key.root = point.root;
        key.group = point.group;
        key.in_place = point.in_place;
        key.timing = point.timing;
        key.window = point.window;
        key.memory = point.memory;
        key.graph = point.graph;
        key.registration = point.registration;
        key.streams = point.streams;
        key.host_memory = point.host_memory;
        key.host_numa = point.host_numa;
        key.load_processors = point.load_processors;
        key.gpus_per_rank = point.gpus_per_rank;
        points.push_back({key, std::string(point.start), point});
    }

    std::string run_id;
    int launches = 0;
    bool ended = false;
    std::vector<kept> points;
    std::vector<std::string> problems;
};

std::string header_line() {
    return to_line(example::header()) + "\n";
}
std::string point_line(int index) {
    return to_line(example::point(index)) + "\n";
}

void expect_equal(const keeper& ours, const results_file& careful) {
    ASSERT_EQ(ours.points.size(), careful.points.size());
    for (std::size_t i = 0; i < ours.points.size(); ++i) {
        const point_record& point = careful.points[i];
        EXPECT_EQ(ours.points[i].key, point.key);
        EXPECT_EQ(ours.points[i].start, point.start);
        EXPECT_EQ(ours.points[i].point.status, point.status);
        EXPECT_EQ(ours.points[i].point.launch, point.launch);
        if (point.time_us) {
            EXPECT_EQ(ours.points[i].point.time_us, point.time_us->p50);
        } else {
            EXPECT_TRUE(std::isnan(ours.points[i].point.time_us));
        }
    }
}

TEST(bulk_reader, agrees_with_the_careful_reader) {
    for (const char* name : {"results", "groups", "device"}) {
        const std::string path =
            std::string(RAILGAUGE_SOURCE_DIR "/tests/golden/") + name + ".jsonl";
        keeper ours;
        const bulk_outcome outcome = read_in_bulk(path, ours);
        EXPECT_EQ(outcome.bad_lines, 0U);
        EXPECT_FALSE(outcome.cut);
        expect_equal(ours, load_results(path));
    }
}

TEST(bulk_reader, a_bad_line_is_named_and_the_rest_used) {
    std::string text = header_line();
    for (int i = 0; i < 5; ++i) text += i == 2 ? "{\"kind\":\"point\",\"op\"}\n" : point_line(i);
    keeper ours;
    const bulk_outcome outcome = read_text_in_bulk(text, "results.jsonl", ours);
    EXPECT_EQ(ours.points.size(), 4U);
    EXPECT_EQ(outcome.bad_lines, 1U);
    ASSERT_EQ(ours.problems.size(), 1U);
    EXPECT_THAT(ours.problems[0], HasSubstr("results.jsonl:4:21: "));
}

// nvbandwidth says neither sizes nor times.
TEST(bulk_reader, another_tools_bandwidth_compares_as_a_bytes_time) {
    const imported_run run = import_run(
        R"({"nvbandwidth":{"testcases":[{"name":"t","status":"Passed","bandwidth_description":"x",
            "bandwidth_matrix":[["50","N/A"]]}]}})",
        "x", import_format::nvbandwidth);
    keeper kept;
    const std::string text = to_line(run.header) + '\n' + to_line(run.points[0]) + '\n';
    EXPECT_EQ(read_text_in_bulk(text, "x", kept).bad_lines, 0U);
    ASSERT_EQ(kept.points.size(), 1U);
    EXPECT_NEAR(kept.points[0].point.time_us * 50e9 / 1e6, 1, 1e-12);
}

TEST(bulk_reader, what_is_no_time_in_microseconds_is_a_bad_line) {
    std::string line = point_line(0);
    line.replace(line.find("time_us"), 7, "time_ms");
    std::string empty = point_line(1);
    const auto at = empty.find("\"p50\":") + 6;
    empty.replace(at, empty.find(',', at) - at, "null");
    keeper ours;
    read_text_in_bulk(header_line() + line + empty, "a", ours);
    EXPECT_TRUE(ours.points.empty());
    EXPECT_THAT(ours.problems, ElementsAre(HasSubstr("microseconds"), HasSubstr("\"p50\"")));
}

TEST(bulk_reader, a_cut_line_is_left_out) {
    const std::string text = header_line() + point_line(0) + point_line(1);
    for (std::size_t cut = header_line().size(); cut < text.size(); cut += 97) {
        keeper ours;
        const bulk_outcome outcome = read_text_in_bulk(text.substr(0, cut), "a", ours);
        EXPECT_EQ(outcome.bad_lines, 0U) << cut;
        EXPECT_EQ(outcome.cut, text[cut - 1] != '\n') << cut;
    }
}

TEST(bulk_reader, refuses_files_that_are_of_no_use) {
    keeper ours;
    EXPECT_THROW(read_text_in_bulk("", "a", ours), input_error);
    EXPECT_THROW(read_text_in_bulk("{\"kind\":\"hea", "a", ours), input_error);
    EXPECT_THROW(read_text_in_bulk(point_line(0), "a", ours), input_error);
    EXPECT_THROW(read_in_bulk("/nowhere/at/all.jsonl", ours), system_error);
    EXPECT_THROW(read_in_bulk("/", ours), system_error);
}

TEST(bulk_reader, refuses_a_newer_major_version_by_its_name) {
    run_header header = example::header();
    header.version = "2.0.0";
    keeper ours;
    try {
        read_text_in_bulk(to_line(header) + "\n", "new.jsonl", ours);
        FAIL() << "was read";
    } catch (const input_error& refused) {
        EXPECT_THAT(refused.what(), HasSubstr("new.jsonl:1:"));
        EXPECT_THAT(refused.what(), HasSubstr("version 2.0.0"));
    }
}

TEST(bulk_reader, reads_older_and_newer_minor_versions) {
    for (const char* version : {"1.0.0", "1.99.0"}) {
        run_header header = example::header();
        header.version = version;
        keeper ours;
        const bool newer = std::string(version) == "1.99.0";
        const bulk_outcome outcome = read_text_in_bulk(
            to_line(header) + "\n" + point_line(0) + "{\"kind\":\"weather\"}\n", "a", ours);
        EXPECT_EQ(ours.points.size(), 1U);
        EXPECT_EQ(outcome.bad_lines, newer ? 0U : 1U);
    }
}

TEST(bulk_reader, samples_may_stand_anywhere) {
    std::string line = point_line(0);
    const auto at = line.find(",\"samples_us\"");
    std::string samples = line.substr(at + 1, line.rfind('}') - at - 1);
    line = "{" + samples + "," + line.substr(1, at - 1) + "}\n";
    keeper ours;
    const bulk_outcome outcome = read_text_in_bulk(header_line() + line, "a", ours);
    EXPECT_EQ(outcome.bad_lines, 0U);
    ASSERT_EQ(ours.points.size(), 1U);
    EXPECT_EQ(ours.points[0].key, example::point(0).key);
}

// Longer than the buffer, so that it grows; the line before and after are whole.
TEST(bulk_reader, long_lines_are_read) {
    point_record point = example::point(1);
    point.samples_us.assign(400'000, 1234.5);
    keeper ours;
    const bulk_outcome outcome = read_text_in_bulk(
        header_line() + point_line(0) + to_line(point) + "\n" + point_line(2), "a", ours);
    EXPECT_EQ(outcome.points, 3U);
    EXPECT_EQ(outcome.bad_lines, 0U);
}

TEST(bulk_reader, hostile_texts_pass_as_they_are) {
    point_record point = example::point(0);
    point.key.group = "intra-host:\"\\\n\x1b[31m</script>";
    keeper ours;
    read_text_in_bulk(header_line() + to_line(point) + "\n", "a", ours);
    ASSERT_EQ(ours.points.size(), 1U);
    EXPECT_EQ(ours.points[0].key.group, point.key.group);
}

}  // namespace
}  // namespace railgauge
