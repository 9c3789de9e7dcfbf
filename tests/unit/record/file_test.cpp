// Writing, reading back, cutting at every byte, resuming.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <cmath>
#include <csignal>
#include <nlohmann/json.hpp>

#include "harness/base/error.hpp"
#include "harness/record/results_reader.hpp"
#include "harness/record/results_writer.hpp"
#include "harness/record/resume.hpp"
#include "harness/record/validate.hpp"
#include "tests/unit/record/example.hpp"

namespace railgauge {
namespace {

using example::scratch_file;
using testing::HasSubstr;

std::string golden_text(const std::string& name) {
    std::ifstream file(RAILGAUGE_SOURCE_DIR "/tests/golden/" + name, std::ios::binary);
    std::ostringstream golden;
    golden << file.rdbuf();
    return golden.str();
}

TEST(lines, are_the_golden_ones) {
    EXPECT_EQ(example::text(), golden_text("results.jsonl"));
}

TEST(lines, come_back_as_they_were) {
    const scratch_file file(example::text());
    const results_file loaded = load_results(file.path(), {.samples = true});
    EXPECT_EQ(to_line(loaded.header), to_line(example::header()));
    ASSERT_EQ(loaded.points.size(), 4U);
    EXPECT_EQ(to_line(loaded.points[0]), to_line(example::point(0)));
    EXPECT_EQ(to_line(loaded.points[2]), to_line(example::short_point(2)));
    EXPECT_EQ(to_line(loaded.points[3]), to_line(example::skipped_point(3)));
    ASSERT_EQ(loaded.launches.size(), 1U);
    EXPECT_EQ(to_line(loaded.launches[0]), to_line(example::launch()));
    ASSERT_TRUE(loaded.end);
    EXPECT_EQ(to_line(*loaded.end), to_line(example::end()));
    EXPECT_FALSE(loaded.cut);
}

TEST(lines, samples_come_only_when_asked_for) {
    const scratch_file file(example::text());
    EXPECT_TRUE(load_results(file.path()).points[0].samples_us.empty());
}

TEST(lines, not_a_number_is_null_with_a_reason) {
    point_record point = example::point(0);
    point.time_us->p99 = std::nan("");
    point.harness_us = INFINITY;
    const auto line = nlohmann::json::parse(to_line(point));
    EXPECT_TRUE(line["time_us"]["p99"].is_null());
    EXPECT_EQ(line["null_reasons"]["time_us.p99"], "not a number");
    EXPECT_EQ(line["null_reasons"]["harness_us"], "infinite");
}

TEST(lines, wrong_bytes_in_names_are_replaced) {
    run_header header = example::header();
    header.command = {"a\xff"};
    EXPECT_TRUE(nlohmann::json::accept(to_line(header)));
}

TEST(lines, a_million_samples_come_back) {
    point_record point = example::point(0);
    std::vector<double> samples(1'000'000);
    for (std::size_t i = 0; i < samples.size(); ++i) {
        samples[i] = 1.0 + static_cast<double>(i * 7919 % 100003) / 1e5;
    }
    fill_statistics(point, samples);
    fill_bandwidths(point);
    point.last_ranks.clear();
    run_header header = example::header();
    const std::string text = to_line(header) + '\n' + to_line(point) + '\n';
    EXPECT_LT(text.size(), 9'000'000U);
    const scratch_file file(text);
    const results_file loaded = load_results(file.path(), {.samples = true});
    ASSERT_EQ(loaded.points[0].samples_us.size(), samples.size());
    for (std::size_t i = 0; i < samples.size(); ++i) {
        ASSERT_NEAR(loaded.points[0].samples_us[i], samples[i], 0.5000001e-5);
    }
    EXPECT_TRUE(validate_results(file.path()).problems.empty());
}

TEST(writer, writes_what_the_reader_reads) {
    const scratch_file file;
    {
        results_writer writer(file.path());
        writer.write(example::header());
        writer.write(example::point(0));
        writer.write(example::skipped_point(3));
        EXPECT_EQ(writer.counts().total(), 2U);
        EXPECT_THROW(results_writer(file.path(), results_writer::mode::append), system_error)
            << "one writer at a time";
        writer.finish(exit_status::fine);
    }
    const results_check check = validate_results(file.path());
    EXPECT_TRUE(check.problems.empty()) << check.problems.front();
    EXPECT_TRUE(check.ended);
}

TEST(writer, keeps_what_exists_unless_told) {
    const scratch_file file("notes\n");
    EXPECT_THROW(results_writer{file.path()}, usage_error);
    EXPECT_EQ(file.read(), "notes\n");
    results_writer(file.path(), results_writer::mode::overwrite).write(example::header());
    EXPECT_EQ(file.read(), to_line(example::header()) + '\n');
}

TEST(writer, says_what_cannot_be_written) {
    EXPECT_THROW(results_writer("/nowhere/at/all.jsonl"), system_error);
    results_writer full("/dev/full");
    EXPECT_THROW(full.write(example::header()), system_error);
}

TEST(writer, a_full_disk_leaves_whole_lines) {
    const scratch_file file;
    results_writer writer(file.path());
    writer.write(example::header());
    const std::string before = file.read();
    struct rlimit old {};
    ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &old), 0);
    const auto old_handler = std::signal(SIGXFSZ, SIG_IGN);
    struct rlimit small = old;
    small.rlim_cur = before.size() + 100;  // less than the line of a point
    ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &small), 0);
    EXPECT_THROW(writer.write(example::point(0)), system_error);
    ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &old), 0);
    std::signal(SIGXFSZ, old_handler);
    EXPECT_EQ(file.read(), before);
    writer.write(example::point(0));
    EXPECT_EQ(load_results(file.path()).points.size(), 1U);
}

TEST(lines, of_groups_come_back_as_they_were) {
    point_record row = example::row_of_pair(1, 1, "pairs:0-1", 2);
    row.key.op = "send";
    row.key.window = 16;
    row.key.memory = "cuda";
    const example::scratch_file file(to_line(example::header()) + "\n" + to_line(row) + "\n");
    const results_file read = load_results(file.path());
    ASSERT_EQ(read.points.size(), 1U);
    EXPECT_EQ(read.points[0].key, row.key);
    EXPECT_EQ(read.points[0].place, row.place);
    for (const char* wrong : {R"("ends":[])", R"("ends":[1,2])", R"("ends":[{"rank":0}])"}) {
        std::string line = to_line(row);
        const auto begin = line.find("\"ends\"");
        line.replace(begin, line.find(']', begin) + 1 - begin, wrong);
        const example::scratch_file bad(to_line(example::header()) + "\n" + line + "\n");
        EXPECT_THROW(static_cast<void>(load_results(bad.path())), input_error) << wrong;
    }
}

TEST(lines, of_devices_come_back_as_they_were) {
    const point_record point = example::device_point(0);
    const communicator_record made = example::communicator();
    const std::string text =
        to_line(example::header()) + "\n" + to_line(made) + "\n" + to_line(point) + "\n";
    EXPECT_THAT(golden_text("device.jsonl"), testing::Eq(text));
    const scratch_file file(text);
    const results_file read = load_results(file.path(), {.samples = true});
    ASSERT_EQ(read.points.size(), 1U);
    EXPECT_EQ(read.points[0].key, point.key);
    EXPECT_EQ(to_line(read.points[0]), to_line(point));
    ASSERT_EQ(read.communicators.size(), 1U);
    EXPECT_EQ(to_line(read.communicators[0]), to_line(made));
    EXPECT_THAT(validate_results(file.path()).problems, testing::IsEmpty());
    EXPECT_THAT(describe(point.key), HasSubstr(", cuda, graph, registration window, 4 streams, "
                                               "host memory pageable, NUMA node 1, load on 16"));
}

TEST(lines, do_not_hold_what_is_not_known_of_a_device) {
    const std::string line = to_line(example::point(0));
    for (const char* name : {"graph", "registration", "streams", "channels", "library_estimate_us",
                             "host_memory", "host_numa", "load", "energy", "gpu_temperature_c"}) {
        EXPECT_EQ(line.find(name), std::string::npos) << name;
    }
}

std::vector<std::string> problems_of(const std::string& line) {
    const scratch_file file(to_line(example::header()) + "\n" + line + "\n");
    return validate_results(file.path()).problems;
}

TEST(validate_results, holds_a_devices_figures_together) {
    point_record point = example::device_point(0);
    point.energy.total_j = 21;
    EXPECT_THAT(problems_of(to_line(point)), testing::ElementsAre(HasSubstr("is not the sum")));
    point = example::device_point(0);
    point.energy = {0.0, 20.0, 20.0, 0.25};
    EXPECT_THAT(problems_of(to_line(point)), testing::ElementsAre(HasSubstr("not above 0")));
    point.energy = {{}, {}, {}, 0.25};
    EXPECT_THAT(problems_of(to_line(point)), testing::ElementsAre(HasSubstr("without")));
    point = example::device_point(0);
    point.key.registration = "windows";
    EXPECT_THAT(problems_of(to_line(point)), testing::ElementsAre(HasSubstr("registration")));
    point = example::device_point(0);
    point.key.host_memory = "paged";
    EXPECT_THAT(problems_of(to_line(point)), testing::ElementsAre(HasSubstr("host_memory")));
    communicator_record made = example::communicator();
    made.last_rank = 8;
    EXPECT_THAT(problems_of(to_line(made)), testing::ElementsAre(HasSubstr("last_rank")));
    made = example::communicator();
    made.init_us = -1;
    EXPECT_THAT(problems_of(to_line(made)), testing::ElementsAre(HasSubstr("init_us")));
}

TEST(reader, refuses_a_devices_fields_of_a_wrong_kind) {
    const std::string good = to_line(example::device_point(0));
    const std::string made = to_line(example::communicator());
    const auto with = [](std::string line, const std::string& from, const std::string& to) {
        const auto at = line.find(from);
        EXPECT_NE(at, std::string::npos) << from;
        return line.replace(at, from.size(), to);
    };
    for (const std::string& line :
         {with(good, "\"graph\":true", "\"graph\":1"), with(good, "\"streams\":4", "\"streams\":0"),
          with(good, "\"streams\":4", "\"streams\":1.5"),
          with(good, "\"channels\":16", "\"channels\":-1"),
          with(good, "\"energy_j\":20.0", "\"energy_j\":\"20\""),
          with(made, "communicator_init", "init"), with(made, "\"ranks\":8", "\"ranks\":0"),
          with(made, "\"launch\":1,", "")}) {
        const scratch_file file(to_line(example::header()) + "\n" + line + "\n");
        EXPECT_THROW(static_cast<void>(load_results(file.path())), input_error) << line;
    }
}

}  // namespace
}  // namespace railgauge
