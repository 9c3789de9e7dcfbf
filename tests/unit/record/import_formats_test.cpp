// The other formats: one sample of each under tests/data/convert, and what is wrong with files.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "harness/base/error.hpp"
#include "harness/record/import.hpp"
#include "harness/record/lines.hpp"
#include "harness/record/validate.hpp"
#include "tests/unit/record/example.hpp"

namespace railgauge {
namespace {

using testing::HasSubstr;

struct sample_file {
    const char* name;
    import_format format;
    std::size_t points;
    import_options options;
};

const std::vector<sample_file> samples{
    {"nccl_tests_2.13.txt", import_format::nccl_tests, 42, {}},
    {"nccl_tests_2.17.json", import_format::nccl_tests_json, 3, {}},
    {"osu_allreduce_7.txt", import_format::osu, 11, {.op = "", .ranks = 4}},
    {"imb_2021.txt", import_format::imb, 6, {}},
    {"ucx_perftest_1.13.txt", import_format::ucx_perftest, 2, {}},
    {"nvbandwidth_0.8.json", import_format::nvbandwidth, 5, {}},
    {"google_benchmark_1.7.json", import_format::google_benchmark, 2, {}},
};

std::string text_of(const std::string& name) {
    std::ifstream file(RAILGAUGE_SOURCE_DIR "/tests/data/convert/" + name, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

imported_run read(const sample_file& sample) {
    return import_run(text_of(sample.name), sample.name, sample.format, sample.options);
}

imported_run read(import_format format) {
    for (const sample_file& sample : samples) {
        if (sample.format == format) return read(sample);
    }
    return {};
}

std::string as_results(const imported_run& run) {
    std::string text = to_line(run.header) + '\n';
    run_end end;
    for (const point_record& point : run.points) {
        text += to_line(point) + '\n';
        end.counts.add(point.status);
    }
    return text + to_line(end) + '\n';
}

TEST(import_run, each_sample_is_known_read_whole_and_sound) {
    for (const sample_file& sample : samples) {
        SCOPED_TRACE(sample.name);
        EXPECT_EQ(guess_import_format(text_of(sample.name)), sample.format);
        const imported_run run = read(sample);
        EXPECT_EQ(run.points.size(), sample.points);
        EXPECT_EQ(run.problem_count, 0U);
        EXPECT_FALSE(run.cut);
        EXPECT_TRUE(run.header.started.empty());
        const example::scratch_file file(as_results(run));
        EXPECT_THAT(validate_results(file.path()).problems, testing::IsEmpty());
    }
}

// Wherever a file ends, it is refused by line or read with less; never more, never a crash.
TEST(import_run, cut_anywhere_gives_less_or_an_error) {
    for (const sample_file& sample : samples) {
        SCOPED_TRACE(sample.name);
        const std::string text = text_of(sample.name);
        for (std::size_t size = 0; size < text.size(); size += 11) {
            try {
                const imported_run run =
                    import_run(text.substr(0, size), "cut", sample.format, sample.options);
                EXPECT_LE(run.points.size(), sample.points);
            } catch (const input_error& fault) {
                EXPECT_THAT(fault.what(), testing::StartsWith("cut:"));
            }
        }
    }
}

TEST(import_nccl_tests_json, iterations_become_samples_and_secrets_stay_out) {
    const imported_run run = read(import_format::nccl_tests_json);
    EXPECT_EQ(run.points[0].key.op, "reduce_scatter");
    EXPECT_EQ(run.points[0].time_us->p50, 21.25);
    EXPECT_EQ(run.points[0].operations_per_sample, 20U);
    EXPECT_NEAR(*run.points[0].busbw_gbps, 24.672376, 1e-5);
    const point_record& wrong = run.points[2];
    EXPECT_EQ(wrong.status, point_status::invalid);
    EXPECT_EQ(wrong.n, 6U);
    EXPECT_TRUE(wrong.time_us->ci_low);
    EXPECT_THAT(run.header.provenance_json, testing::Not(HasSubstr("SECRET")));
    const auto provenance = nlohmann::json::parse(run.header.provenance_json);
    EXPECT_EQ(provenance.at("environment").size(), 2U);
    EXPECT_EQ(provenance.at("libraries").at("nccl"), "2.27.7");
}

TEST(import_osu, sizes_are_counted_as_ours) {
    const imported_run run = read(import_format::osu);
    EXPECT_EQ(run.points[0].key.op, "all_reduce");
    EXPECT_EQ(run.points[0].key.dtype, "float32");
    EXPECT_EQ(run.points[0].key.redop, "") << "the text does not say it";
    EXPECT_EQ(run.points[0].time_us->p50, 1.62);
    EXPECT_EQ(run.points[6].key.op, "all_gather");
    EXPECT_EQ(run.points[6].key.bytes, 4096U) << "one rank's 1024, of 4";
    EXPECT_EQ(run.points[7].key.op, "barrier");
    EXPECT_EQ(run.points[8].key.op, "ping_pong");
    EXPECT_EQ(run.points[8].key.ranks, 2);
    EXPECT_EQ(run.points[10].key.op, "osu:bandwidth");
    EXPECT_FALSE(run.points[10].time_us);
    EXPECT_NEAR(*run.points[10].algbw_gbps, 11.8732, 1e-12);
}

// Two decimals: what is less is no time.
TEST(import_osu, a_time_of_0_is_left_out_by_name) {
    const imported_run run = import_run(
        "# OSU MPI Latency Test v7.3\n# Size          Latency (us)\n"
        "1                       0.00\n8                       0.01\n\n"
        "# OSU MPI Bandwidth Test v7.3\n# Size      Bandwidth (MB/s)\n"
        "1                       0.00\n",
        "osu.txt", import_format::osu);
    ASSERT_EQ(run.points.size(), 1U);
    EXPECT_EQ(run.points[0].key.bytes, 8U);
    ASSERT_EQ(run.problems.size(), 2U);
    EXPECT_EQ(run.problems[0].line, 3U);
    EXPECT_EQ(run.problems[0].column, 25U);
    EXPECT_THAT(run.problems[0].message, HasSubstr("the time is 0"));
    EXPECT_THAT(run.problems[1].message, HasSubstr("the bandwidth is 0"));
}

TEST(import_osu, a_table_goes_on_after_another_programs_line) {
    const imported_run run = import_run(
        "# OSU MPI Allreduce Latency Test v7.3\n# Size       Avg Latency(us)\n"
        "4                       1.00\n"
        "[1795.1] [h1:67   :0] flush.c:26   UCX ERROR something\n"
        "8                       1.10\n"
        "WARNING: something\n"
        "-5                      2.00\n"
        "16                      1.20\n"
        "slurmstepd: done\n"
        "3 1\n12:30:00 up 3 days\n",
        "osu.txt", import_format::osu, {.op = "", .ranks = 4});
    ASSERT_EQ(run.points.size(), 3U);
    EXPECT_EQ(run.points[1].key.bytes, 8U);
    EXPECT_EQ(run.points[2].key.bytes, 16U);
    EXPECT_TRUE(run.problems.empty());
}

TEST(import_osu, a_row_with_a_wrong_size_is_named) {
    const imported_run run = import_run(
        "# OSU MPI Latency Test v7.3\n# Size          Latency (us)\n"
        "-5                      2.00\n8                       0.01\n",
        "osu.txt", import_format::osu);
    EXPECT_EQ(run.points.size(), 1U);
    ASSERT_EQ(run.problems.size(), 1U);
    EXPECT_THAT(run.problems[0].message, HasSubstr("the size is not a whole number"));
}

TEST(import_osu, without_ranks_it_says_so) {
    try {
        (void)import_run(text_of("osu_allreduce_7.txt"), "osu.txt", import_format::osu);
        FAIL();
    } catch (const input_error& fault) {
        EXPECT_THAT(fault.what(), HasSubstr("osu.txt:5:1: "));
        EXPECT_THAT(fault.what(), HasSubstr("give --ranks"));
    }
}

TEST(import_imb, takes_the_mean_and_its_repetitions) {
    const imported_run run = read(import_format::imb);
    EXPECT_EQ(run.points[1].key.op, "ping_pong");
    EXPECT_EQ(run.points[1].time_us->p50, 0.61);
    EXPECT_EQ(run.points[3].key.op, "all_reduce");
    EXPECT_EQ(run.points[3].key.dtype, "float32");
    EXPECT_EQ(run.points[3].time_us->p50, 3050.11);
    EXPECT_EQ(run.points[3].operations_per_sample, 10U);
    EXPECT_EQ(run.points[4].key.bytes, 4096U);
    EXPECT_EQ(run.points[5].key.op, "barrier");
    EXPECT_EQ(run.points[5].key.bytes, 0U);
}

TEST(import_imb, a_time_of_0_is_left_out_by_name) {
    std::string text = text_of("imb_2021.txt");
    text.replace(text.find("0.28"), 4, "0.00");
    const imported_run run = import_run(text, "x", import_format::imb);
    EXPECT_EQ(run.points.size(), 5U);
    ASSERT_EQ(run.problems.size(), 1U);
    EXPECT_EQ(run.problems[0].line, 34U);
    EXPECT_THAT(run.problems[0].message, HasSubstr("the time is 0"));
}

TEST(import_ucx_perftest, latency_is_ours_and_bandwidth_keeps_its_name) {
    const imported_run run = read(import_format::ucx_perftest);
    EXPECT_EQ(run.points[0].key.op, "ping_pong");
    EXPECT_EQ(run.points[0].key.bytes, 64U);
    EXPECT_EQ(run.points[0].time_us->p50, 1.431);
    EXPECT_EQ(run.points[0].operations_per_sample, 1000000U);
    EXPECT_EQ(run.points[1].key.op, "ucx_perftest:tag_match_bandwidth");
    EXPECT_EQ(run.points[1].key.memory, "cuda");
    // Its own figure, in MB of 2^20 bytes.
    EXPECT_NEAR(*run.points[1].algbw_gbps, 23741.69 * 1048576 / 1e9, 0.01);
}

TEST(import_nvbandwidth, cells_between_gpus_are_pairs_in_the_direction_of_the_data) {
    const imported_run run = read(import_format::nvbandwidth);
    EXPECT_EQ(run.points[0].key.group, "device:0");
    const point_record& pair = run.points[2];
    EXPECT_EQ(pair.key.op, "nvbandwidth:device_to_device_memcpy_read_ce");
    EXPECT_EQ(pair.key.group, "pairs:1-0") << "row 0 reads from column 1";
    EXPECT_EQ(*pair.algbw_gbps, 381.5);
    EXPECT_FALSE(pair.time_us);
    EXPECT_EQ(run.points[4].status, point_status::skipped);
}

TEST(import_google_benchmark, repetitions_are_samples) {
    const imported_run run = read(import_format::google_benchmark);
    EXPECT_EQ(run.points[0].key.op, "google-benchmark:BM_copy/4096");
    EXPECT_EQ(run.points[0].n, 3U);
    EXPECT_NEAR(run.points[0].time_us->p50, 0.1015, 1e-12);
    EXPECT_EQ(run.points[1].status, point_status::failed);
    EXPECT_EQ(run.points[1].reason, "no such device");
}

TEST(import_google_benchmark, a_mean_alone_is_the_only_sample) {
    const imported_run run = import_run(
        R"({"context": {}, "benchmarks": [
{"name": "a_mean", "run_name": "a", "run_type": "aggregate", "aggregate_name": "mean",
 "real_time": 2.5, "time_unit": "us"},
{"name": "a_stddev", "run_name": "a", "run_type": "aggregate", "aggregate_name": "stddev",
 "real_time": 0.5, "time_unit": "us"}]})",
        "x", import_format::google_benchmark);
    ASSERT_EQ(run.points.size(), 1U);
    EXPECT_EQ(run.points[0].n, 1U);
    EXPECT_EQ(run.points[0].time_us->p50, 2.5);
}

// Where nothing is left, what was left out says what to give.
TEST(import_run, a_file_of_which_nothing_is_left_says_why) {
    try {
        (void)import_run(
            "+--------------+--------------+---------+\n"
            "|              |       overhead (usec)        |\n"
            "|    Stage     | # iterations | 50.0%ile | average | overall |\n"
            "Final:                  1000      1.400  1.431  1.431  42.65  42.65  698324  698324\n",
            "u.txt", import_format::ucx_perftest);
        FAIL();
    } catch (const input_error& fault) {
        EXPECT_THAT(fault.what(), testing::StartsWith("u.txt:4:1: "));
        EXPECT_THAT(fault.what(), HasSubstr("give --bytes"));
    }
    std::string rows = "# OSU MPI Latency Test v7.3\n# Size          Latency (us)\n";
    for (int row = 0; row < 5; ++row) rows += "1                       0.00\n";
    try {
        (void)import_run(rows, "o.txt", import_format::osu);
        FAIL();
    } catch (const input_error& fault) {
        EXPECT_THAT(fault.what(), testing::StartsWith("o.txt:3:25: no results of osu"));
        EXPECT_THAT(fault.what(), HasSubstr("; line 5: the time is 0"));
        EXPECT_THAT(fault.what(), HasSubstr("; and 2 more"));
    }
}

TEST(import_json, faults_have_their_line) {
    const auto message = [](const std::string& text, import_format format) -> std::string {
        try {
            (void)import_run(text, "x", format);
        } catch (const input_error& fault) {
            return fault.what();
        }
        return "no error";
    };
    EXPECT_THAT(message("{\n  \"nvbandwidth\": {,}\n}", import_format::nvbandwidth),
                HasSubstr("x:2:"));
    EXPECT_THAT(message("{\n\"benchmarks\": [\n", import_format::google_benchmark),
                HasSubstr("ends within"));
    EXPECT_THAT(message(std::string(100, '{'), import_format::nvbandwidth), HasSubstr("deeper"));
    std::string deep = "{\"a\":" + std::string(50, '[');
    EXPECT_THAT(message(deep, import_format::nvbandwidth), HasSubstr("deeper"));
    EXPECT_THAT(message("{\"nvbandwidth\":{\"testcases\":3}}", import_format::nvbandwidth),
                HasSubstr("testcases"));
    EXPECT_THAT(message("{\"benchmarks\":[{\"name\":1e999}]}", import_format::google_benchmark),
                HasSubstr("x:1:"));
}

}  // namespace
}  // namespace railgauge
