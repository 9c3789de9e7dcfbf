// The text of nccl-tests as our records: the samples under tests/data/convert have its layouts.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "harness/base/error.hpp"
#include "harness/record/import.hpp"

namespace railgauge {
namespace {

using testing::HasSubstr;

std::string sample(const std::string& name) {
    std::ifstream file(RAILGAUGE_SOURCE_DIR "/tests/data/convert/" + name, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    EXPECT_FALSE(text.str().empty()) << name;
    return text.str();
}

imported_run read(const std::string& text, const import_options& options = {}) {
    return import_run(text, "x.log", import_format::nccl_tests, options);
}

std::string message_of(const std::string& text, const import_options& options = {}) {
    try {
        (void)read(text, options);
    } catch (const input_error& fault) {
        return fault.what();
    }
    return "no error";
}

// All that stands before a row: one command of eight ranks.
std::string table_of(const std::string& rows) {
    std::string text =
        "# all_reduce_perf\n# nThread 1 nGpus 8 warmup iters: 5 iters: 20 graph: 0\n";
    for (int rank = 0; rank < 8; ++rank) {
        text += "#  Rank  " + std::to_string(rank) +
                " Group  0 Pid  1 on  host device  0 [0x07] NVIDIA A100\n";
    }
    return text +
           "#     out-of-place     in-place\n"
           "# size count type redop root time algbw busbw #wrong time algbw busbw #wrong\n" +
           rows;
}

constexpr const char* good_row =
    "1000000 250000 float sum -1 10.0 100.00 175.00 0 N/A N/A N/A N/A\n";
constexpr const char* trailer = "# Out of bounds values : 0 OK\n";

TEST(import_nccl_tests, reads_every_row_of_every_command) {
    const imported_run run = read(sample("nccl_tests_2.13.txt"));
    EXPECT_EQ(run.problem_count, 0U);
    EXPECT_FALSE(run.cut);
    ASSERT_EQ(run.points.size(), 42U);  // 3 tables of 7 sizes, out of place and in place
    const point_record& last = run.points[13];
    EXPECT_EQ(last.key.op, "all_reduce");
    EXPECT_EQ(last.key.backend, "nccl");
    EXPECT_EQ(last.key.dtype, "float32");
    EXPECT_EQ(last.key.redop, "sum");
    EXPECT_EQ(last.key.bytes, 134217728U);
    EXPECT_EQ(last.key.ranks, 16);
    EXPECT_TRUE(last.key.in_place);
    EXPECT_EQ(last.key.timing, "streamed");
    EXPECT_EQ(last.key.memory, "cuda");
    EXPECT_EQ(last.operations_per_sample, 20U);
    EXPECT_EQ(last.warm_up, 5U);
    EXPECT_EQ(last.n, 1U);
    EXPECT_EQ(last.verified, "yes");
    ASSERT_TRUE(last.time_us);
    EXPECT_EQ(last.time_us->p50, 700.3);
    EXPECT_FALSE(last.time_us->ci_low);
    EXPECT_NEAR(*last.busbw_gbps, 134217728 / 700.3 / 1e3 * 30 / 16, 1e-9);
    EXPECT_EQ(run.points[28].key.op, "all_gather");
    EXPECT_EQ(run.points[28].key.redop, "none");
}

TEST(import_nccl_tests, the_same_command_again_is_another_launch) {
    const imported_run run = read(sample("nccl_tests_2.13.txt"));
    EXPECT_EQ(run.header.plan.launches, 2);
    EXPECT_EQ(run.header.plan.points, 28);
    EXPECT_EQ(run.points[0].launch, 0);
    EXPECT_EQ(run.points[14].launch, 1);
    EXPECT_EQ(run.points[14].index, run.points[0].index);
    EXPECT_EQ(run.points[28].launch, 0);
}

TEST(import_nccl_tests, keeps_what_the_file_says_of_the_machine_and_no_more) {
    const imported_run run = read(sample("nccl_tests_2.13.txt"));
    const auto provenance = nlohmann::json::parse(run.header.provenance_json);
    ASSERT_EQ(provenance.at("hosts").size(), 2U);
    EXPECT_EQ(provenance.at("hosts").at(1).at("name"), "node-2");
    EXPECT_EQ(provenance.at("libraries").at("nccl"), "2.18.3");
    const auto& command = provenance.at("converted").at("executions").at(0);
    EXPECT_EQ(command.at("settings").at("maxBytes"), 134217728);
    EXPECT_EQ(command.at("ranks").size(), 16U);
    EXPECT_EQ(command.at("ranks").at(15).at("gpu"), "NVIDIA H100 80GB HBM3");
    EXPECT_TRUE(run.header.started.empty());
    EXPECT_TRUE(run.header.command.empty());
    EXPECT_TRUE(std::isnan(run.points[0].harness_us));
    EXPECT_TRUE(run.points[0].start.empty());
}

TEST(import_nccl_tests, the_same_file_is_the_same_run) {
    const std::string text = sample("nccl_tests_2.13.txt");
    EXPECT_EQ(read(text).header.run_id, read(text).header.run_id);
    EXPECT_EQ(read(text).header.run_id.size(), 32U);
    EXPECT_NE(read(text).header.run_id, read(text + "\n").header.run_id);
}

// Up to 2.12 there was no root, and the largest difference instead of a count.
TEST(import_nccl_tests, reads_old_versions) {
    const std::string text = sample("nccl_tests_2.0.txt");
    EXPECT_THAT(message_of(text), HasSubstr("x.log:9:1: the file does not say which operation"));
    const imported_run run = read(text, {.op = "all_reduce"});
    EXPECT_EQ(run.problem_count, 0U);
    ASSERT_EQ(run.points.size(), 6U);
    EXPECT_EQ(run.points[0].status, point_status::ok);
    EXPECT_EQ(run.points[0].verified, "no");
    EXPECT_EQ(run.points[3].verified, "yes");
    EXPECT_EQ(run.points[0].key.ranks, 4);
}

TEST(import_nccl_tests, labels_of_launchers_are_no_part_of_a_line) {
    const std::string text = sample("nccl_tests_2.13.txt");
    for (const std::string label : {"0: ", " 12: ", "[1,0]<stdout>:"}) {
        std::string labelled = label;
        for (const char c : text) {
            labelled += c;
            if (c == '\n') labelled += label;
        }
        const imported_run run = read(labelled);
        EXPECT_EQ(run.points.size(), 42U) << label;
        EXPECT_EQ(run.problem_count, 0U) << label;
    }
}

TEST(import_nccl_tests, a_wrong_operation_contradicts_the_bandwidths) {
    const imported_run right = read(table_of(std::string(good_row) + trailer));
    EXPECT_EQ(right.points.size(), 1U);
    std::string text = table_of(std::string(good_row) + trailer);
    text.erase(0, text.find('\n') + 1);
    EXPECT_THAT(message_of(text, {.op = "all_gather"}), HasSubstr("no results"));
}

TEST(import_nccl_tests, wrong_elements_make_a_point_invalid) {
    const imported_run run =
        read(table_of("1000000 250000 float sum -1 10.0 100.00 175.00 7 10.0 100.00 175.00 N/A\n" +
                      std::string(trailer)));
    ASSERT_EQ(run.points.size(), 2U);
    EXPECT_EQ(run.points[0].status, point_status::invalid);
    EXPECT_EQ(run.points[0].reason, "nccl-tests counted 7 wrong");
    EXPECT_EQ(run.points[1].status, point_status::ok);
    EXPECT_EQ(run.points[1].verified, "no");
}

TEST(import_nccl_tests, bad_rows_are_named_and_the_others_used) {
    const imported_run run = read(table_of(std::string(good_row) +
                                           "2000000 500000 float sum -1 1e999 1 1 0 "
                                           "N/A N/A N/A N/A\n"
                                           "4000000 float\n"
                                           "-8 2 float sum -1 1 1 1 0 1 1 1 0\n" +
                                           trailer));
    EXPECT_EQ(run.points.size(), 1U);
    ASSERT_EQ(run.problems.size(), 2U);  // what begins with '-' is no row
    EXPECT_EQ(run.problems[0].line, 14U);
    EXPECT_EQ(run.problems[0].column, 29U);
    EXPECT_EQ(run.problems[1].line, 15U);
}

TEST(import_nccl_tests, a_table_without_its_end_was_cut) {
    const imported_run run = read(table_of(good_row));
    EXPECT_TRUE(run.cut);
    ASSERT_EQ(run.problems.size(), 1U);
    EXPECT_EQ(run.problems[0].message, "the file ends within a table");
    EXPECT_EQ(run.points.size(), 1U);
}

TEST(import_nccl_tests, cut_at_any_byte_it_is_read_or_refused) {
    const std::string text = sample("nccl_tests_2.13.txt");
    for (std::size_t size = 0; size < text.size(); size += 7) {
        try {
            EXPECT_LE(read(text.substr(0, size)).points.size(), 42U);
        } catch (const input_error&) {
        }
    }
}

// NCCL_TESTS_SPLIT: ranks 0 to 3 and 4 to 7 are groups, and the first one is shown.
TEST(import_nccl_tests, of_a_split_job_the_first_group_counts) {
    std::string text =
        table_of("1000000 250000 float sum -1 10.0 100.00 150.00 0 N/A N/A N/A N/A\n" +
                 std::string(trailer));
    for (int rank = 4; rank < 8; ++rank) {
        const std::size_t at = text.find("Rank  " + std::to_string(rank) + " Group  0");
        text.replace(at, 16, "Rank  " + std::to_string(rank) + " Group  1");
    }
    const imported_run run = read(text);
    EXPECT_EQ(run.problem_count, 0U);
    ASSERT_EQ(run.points.size(), 1U);
    EXPECT_EQ(run.points[0].key.ranks, 4);
}

// Newer versions can show the iterations' times behind each side's figures.
TEST(import_nccl_tests, columns_of_iterations_are_passed_over) {
    std::string text = table_of("");
    text.resize(text.rfind("# size"));
    text +=
        "# size count type redop root time algbw busbw #wrong i_min i_max i_p99 i_cv% time algbw "
        "busbw #wrong i_min i_max i_p99 i_cv% timestamp\n"
        "1000000 250000 float sum -1 10.0 100.00 175.00 0 9.0 11.0 10.9 4.20 20.0 50.00 87.50 0 "
        "18.0 22.0 21.9 3.10 2026-01-31 12:00:00\n" +
        std::string(trailer);
    const imported_run run = read(text);
    EXPECT_EQ(run.problem_count, 0U);
    ASSERT_EQ(run.points.size(), 2U);
    EXPECT_EQ(run.points[0].time_us->p50, 10);
    EXPECT_EQ(run.points[1].time_us->p50, 20);
    EXPECT_EQ(run.points[1].key.root, 0);
}

TEST(import_nccl_tests, aggregated_iterations_count) {
    std::string text = table_of(std::string(good_row) + trailer);
    text.insert(text.find(" graph: 0"), " agg iters: 3");
    EXPECT_EQ(read(text).points[0].operations_per_sample, 60U);
}

TEST(import_format, is_guessed_from_the_content) {
    EXPECT_EQ(guess_import_format(sample("nccl_tests_2.13.txt")), import_format::nccl_tests);
    EXPECT_EQ(guess_import_format("nothing"), std::nullopt);
    for (const std::string_view name : import_format_names()) {
        ASSERT_TRUE(import_format_from(name));
        EXPECT_EQ(name_of(*import_format_from(name)), name);
    }
}

}  // namespace
}  // namespace railgauge
