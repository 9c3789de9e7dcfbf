#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "tests/golden/golden.hpp"
#include "tests/unit/report/sample_run.hpp"

namespace railgauge {
namespace {

using ::testing::HasSubstr;

std::vector<std::string> words_of(const std::string& line) {
    std::istringstream stream(line);
    std::vector<std::string> words;
    for (std::string word; stream >> word;) words.push_back(word);
    return words;
}

struct scraped_row {
    double time = 0;
    double algbw = 0;
    double busbw = 0;
};

// What SuperBench's nccl-bw benchmark does with this text, told in our words: it takes the lines
// between the last with "out-of-place" and the last with "Out of bounds values", finds there the
// line with the columns' names, counts the places of the first time, algbw and busbw from the
// line's end, and reads these from every line that begins with a digit.
std::map<std::string, scraped_row> scrape(const std::string& text) {
    const std::vector<std::string> lines = golden::lines_of(text);
    std::size_t first = lines.size();
    std::size_t last = 0;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        if (lines[i].find("out-of-place") != std::string::npos) first = i + 1;
        if (lines[i].find("Out of bounds values") != std::string::npos) last = i;
    }
    std::vector<std::string> names;
    std::map<std::string, scraped_row> rows;
    for (std::size_t i = first; i < last; ++i) {
        if (names.empty()) {
            if (lines[i].find("time") == std::string::npos) continue;
            names = words_of(lines[i].substr(1));
            continue;
        }
        const std::vector<std::string> words = words_of(lines[i]);
        if (words.empty() || std::isdigit(static_cast<unsigned char>(words[0][0])) == 0) continue;
        const auto column = [&](std::string_view name) {
            const auto place = std::find(names.begin(), names.end(), name) - names.begin();
            const std::size_t from_end = names.size() - static_cast<std::size_t>(place);
            return std::stod(words.at(words.size() - from_end));
        };
        rows[words.at(0)] = {column("time"), column("algbw"), column("busbw")};
    }
    return rows;
}

TEST(nccl_tests_printer, prints_the_golden_text) {
    EXPECT_TRUE(golden::matches("report/nccl_tests.txt",
                                print_run(output_format::nccl_tests, sample_points())));
}

// Lines as nccl-tests 2.13 printed them on machines whose owners published them.
TEST(nccl_tests_printer, columns_stand_where_nccl_tests_has_them) {
    const std::string text = print_run(
        output_format::nccl_tests, {[] {
                                        point_record record = sample_point(1048576, 105.9);
                                        record.algbw_gbps = 9.9;
                                        record.busbw_gbps = 17.33;
                                        return record;
                                    }(),
                                    [] {
                                        point_record record = sample_point(1048576, 105.7, true);
                                        record.algbw_gbps = 9.92;
                                        record.busbw_gbps = 17.37;
                                        return record;
                                    }()});
    EXPECT_THAT(text, HasSubstr("#                                                              "
                                "out-of-place                       in-place          \n"));
    EXPECT_THAT(text, HasSubstr("#       size         count      type   redop    root     time   "
                                "algbw   busbw #wrong     time   algbw   busbw #wrong\n"));
    EXPECT_THAT(text, HasSubstr("#        (B)    (elements)                               (us)  "
                                "(GB/s)  (GB/s)            (us)  (GB/s)  (GB/s)       \n"));
    EXPECT_THAT(text, HasSubstr("     1048576        262144     float     sum      -1    105.9    "
                                "9.90   17.33      0    105.7    9.92   17.37      0\n"));
    EXPECT_THAT(text, HasSubstr("# Out of bounds values : 0 OK\n"));
    EXPECT_THAT(text, HasSubstr("# Avg bus bandwidth    : 17.35 \n"));
}

TEST(nccl_tests_printer, superbench_reads_every_size) {
    const std::vector<point_record> all = sample_points();
    const std::vector<point_record> points(all.begin(), all.begin() + 7);
    const auto rows = scrape(print_run(output_format::nccl_tests, points));
    ASSERT_EQ(rows.size(), 3U);
    EXPECT_NEAR(rows.at("65536").time, 12.345, 0.0051);
    EXPECT_NEAR(rows.at("65536").busbw, *points[1].busbw_gbps, 0.0051);
    EXPECT_NEAR(rows.at("67108864").time, 12345.6, 0.51);
}

TEST(nccl_tests_printer, in_place_points_join_their_rows_in_any_order) {
    const std::string start = "          16             4     float     sum      -1";
    const std::string one = "     1.00    0.02    0.02      0";
    const std::string two = "     2.00    0.01    0.01      0";
    const std::string none = "      N/A     N/A     N/A    N/A";
    const auto print = [](const std::vector<point_record>& points) {
        return print_run(output_format::nccl_tests, points);
    };
    EXPECT_THAT(print({sample_point(16, 1), sample_point(16, 2, true)}),
                HasSubstr(start + one + two + "\n"));
    EXPECT_THAT(print({sample_point(16, 2, true), sample_point(8, 1), sample_point(16, 1)}),
                HasSubstr(start + one + two + "\n"));
    EXPECT_THAT(print({sample_point(16, 1)}), HasSubstr(start + one + none + "\n"));
    EXPECT_THAT(print({sample_point(16, 2, true)}), HasSubstr(start + none + two + "\n"));
}

// The order of the plan: both timings out of place, then both in place.
TEST(nccl_tests_printer, each_timing_has_its_table) {
    std::vector<point_record> points{sample_point(16, 1), sample_point(16, 3),
                                     sample_point(16, 2, true), sample_point(16, 4, true)};
    points[1].key.timing = points[3].key.timing = "streamed";
    const std::string text = print_run(output_format::nccl_tests, points);
    EXPECT_THAT(text, HasSubstr("     1.00    0.02    0.02      0     2.00 "));
    EXPECT_THAT(text, HasSubstr("     3.00    0.01    0.01      0     4.00 "));
    EXPECT_LT(text.find("2 ranks launch 0 isolated\n"), text.find("2 ranks launch 0 streamed\n"));
}

TEST(nccl_tests_printer, the_same_size_by_another_algorithm_is_another_row) {
    point_record other = sample_point(8, 3);
    other.key.algorithm = "recursive_doubling";
    const std::string text = print_run(output_format::nccl_tests, {sample_point(8, 1), other});
    EXPECT_THAT(text, HasSubstr("     1.00 "));
    EXPECT_THAT(text, HasSubstr("     3.00 "));
}

TEST(nccl_tests_printer, count_is_what_the_call_takes) {
    point_record record = sample_point(4096, 1);
    record.key.op = "all_gather";
    record.key.redop = "none";
    EXPECT_THAT(print_run(output_format::nccl_tests, {record}),
                HasSubstr("        4096           512     float    none      -1 "));
}

TEST(nccl_tests_printer, a_reason_cannot_pretend_to_be_a_line) {
    for (const std::string& line : golden::lines_of(print_run(
             output_format::nccl_tests,
             {without_result(8, point_status::failed, "x\n       8  2  float  sum\r#")}))) {
        EXPECT_EQ(line.substr(0, 1), "#") << line;
    }
}

TEST(nccl_tests_printer, a_reason_cannot_move_what_scripts_read) {
    const auto rows = scrape(print_run(
        output_format::nccl_tests,
        {sample_point(8, 1), without_result(16, point_status::skipped,
                                            "out-of-place time busbw; Out of bounds values")}));
    EXPECT_EQ(rows.size(), 1U);
}

TEST(nccl_tests_printer, without_bandwidth_there_is_no_average) {
    EXPECT_THAT(print_run(output_format::nccl_tests,
                          {without_result(8, point_status::skipped, "no reason")}),
                HasSubstr("# Avg bus bandwidth    : N/A \n"));
}

}  // namespace
}  // namespace railgauge
