// What versions and settings of the tools change in their files.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/base/error.hpp"
#include "harness/record/import.hpp"

namespace railgauge {
namespace {

using testing::HasSubstr;

imported_run read(import_format format, const std::string& text,
                  const import_options& options = {}) {
    EXPECT_EQ(guess_import_format(text), format);
    return import_run(text, "x", format, options);
}

TEST(import_osu, full_columns_give_iterations) {
    const imported_run run =
        read(import_format::osu,
             "# OSU MPI-CUDA Reduce_scatter Latency Test v7.0\n"
             "# Size       Avg Latency(us)   Min Latency(us)   Max Latency(us)  Iterations\n"
             "16777216             8630.58           8619.50           8642.46         10\n"
             "33554432             1.0 2.0 3.0\n",
             {.op = "", .ranks = 4});
    ASSERT_EQ(run.points.size(), 1U);
    EXPECT_EQ(run.points[0].time_us->p50, 8630.58);
    EXPECT_EQ(run.points[0].operations_per_sample, 10U);
    EXPECT_EQ(run.points[0].key.memory, "cuda");
    ASSERT_EQ(run.problems.size(), 1U);
    EXPECT_EQ(run.problems[0].line, 4U);
}

TEST(import_osu, validation_and_percentiles_have_their_columns) {
    const imported_run run = read(
        import_format::osu,
        "# OSU MPI Allreduce Latency Test v7.5\n# Datatype: MPI_INT.\n"
        "# Size       Avg Latency(us)        Validation    P50 Tail Lat(us)  P90 Tail Lat(us)\n"
        "4                      12.46              Pass               12.00             14.00\n"
        "8                      12.05              Fail               12.00             14.00\n",
        {.op = "", .ranks = 4});
    ASSERT_EQ(run.points.size(), 2U);
    EXPECT_EQ(run.points[0].verified, "yes");
    EXPECT_EQ(run.points[0].key.dtype, "int32");
    EXPECT_EQ(run.points[1].status, point_status::invalid);
}

TEST(import_osu, of_non_blocking_operations_communication_alone_counts) {
    const imported_run run =
        read(import_format::osu,
             "# OSU MPI Non-blocking All-to-All Latency Test v5.6.3\n"
             "# Overall = Coll. Init + Compute + MPI_Test + MPI_Wait\n\n"
             "# Size           Overall(us)       Compute(us)    Pure Comm.(us)        Overlap(%)\n"
             "1                      11.09              6.10              5.18              3.46\n",
             {.op = "", .ranks = 8});
    ASSERT_EQ(run.points.size(), 1U);
    EXPECT_EQ(run.points[0].key.op, "osu:non_blocking_all_to_all");
    EXPECT_EQ(run.points[0].time_us->p50, 5.18);
}

TEST(import_osu, message_rates_say_their_pairs_and_window) {
    const imported_run run = read(import_format::osu,
                                  "  # OSU MPI Multiple Bandwidth / Message Rate Test v7.4\n"
                                  "  # [ pairs: 3 ] [ window size: 64 ]\n"
                                  "  # Datatype: MPI_CHAR.\n"
                                  "  # Size                  MB/s        Messages/s\n"
                                  "  4194304             26903.29           6414.24\n");
    ASSERT_EQ(run.points.size(), 1U);
    EXPECT_EQ(run.points[0].key.ranks, 6);
    EXPECT_EQ(run.points[0].key.window, 64);
    EXPECT_FALSE(run.points[0].time_us);
    EXPECT_NEAR(*run.points[0].algbw_gbps, 26.90329, 1e-9);
}

constexpr const char* imb_head =
    "#    Intel(R) MPI Benchmarks 2019 Update 6, MPI-1 part\n"
    "# MPI_Datatype                   :   MPI_BYTE \n"
    "# MPI_Datatype for reductions    :   MPI_FLOAT \n"
    "# MPI_Op                         :   MPI_SUM  \n";
constexpr const char* imb_tail = "\n# All processes entering MPI_Finalize\n";

TEST(import_imb, groups_at_once_are_kept_apart) {
    const imported_run run =
        read(import_format::imb, imb_head +
                                     std::string("# Benchmarking Multi-PingPong \n"
                                                 "# ( 2 groups of 2 processes each running "
                                                 "simultaneous ) \n"
                                                 "# Group  0:     0     1\n"
                                                 "# Group  1:     2     3\n"
                                                 "  Group  #bytes #repetitions  t[usec]  "
                                                 "Mbytes/sec\n"
                                                 "      0       8         1000    10.19  0.00\n"
                                                 "      1       8         1000    10.22  0.00\n") +
                                     imb_tail);
    ASSERT_EQ(run.points.size(), 2U);
    EXPECT_EQ(run.points[0].key.op, "ping_pong");
    EXPECT_EQ(run.points[0].key.ranks, 2);
    EXPECT_EQ(run.points[0].key.group, "imb-multi:0");
    EXPECT_EQ(run.points[1].key.group, "imb-multi:1");
    EXPECT_EQ(run.points[1].time_us->p50, 10.22);
}

TEST(import_imb, a_size_that_was_not_measured_is_named) {
    const imported_run run =
        read(import_format::imb,
             imb_head +
                 std::string("# Benchmarking Allgather \n# #processes = 4 \n"
                             "# ( 4 additional processes waiting in MPI_Barrier)\n"
                             "       #bytes #repetitions  t_min[usec]  t_max[usec]  t_avg[usec]\n"
                             "            0         1000         0.03         0.03         0.03\n"
                             "         1024         1000         4.50        18.59        11.69\n"
                             "   4194304  out-of-mem.; needed X=  2.001 GB; use flag -mem 2.1\n") +
                 imb_tail);
    ASSERT_EQ(run.points.size(), 2U);
    EXPECT_EQ(run.points[1].key.bytes, 4096U);
    EXPECT_EQ(run.points[1].time_us->p50, 11.69);
    ASSERT_EQ(run.problems.size(), 1U);
    EXPECT_THAT(run.problems[0].message, HasSubstr("did not measure this size: out-of-mem.;"));
}

TEST(import_imb, of_non_blocking_operations_the_pure_time_counts) {
    const imported_run run = read(
        import_format::imb,
        imb_head +
            std::string("# Benchmarking Ibcast \n# #processes = 2 \n"
                        "       #bytes #repetitions t_ovrl[usec] t_pure[usec]  t_CPU[usec]   "
                        "overlap[%]\n"
                        "         1024         1000         3.90         2.10         1.95        "
                        "0.00\n") +
            imb_tail);
    ASSERT_EQ(run.points.size(), 1U);
    EXPECT_EQ(run.points[0].key.op, "imb:ibcast");
    EXPECT_EQ(run.points[0].time_us->p50, 2.10);
}

const std::string ucx_table =
    "+--------------+--------------+----------+---------+---------+----------+----------+\n"
    "|              |              |       latency (usec)         |   bandwidth (MB/s)  |\n";

// The side that sends prints no heading: the user says the size.
TEST(import_ucx_perftest, one_sides_output_needs_the_size) {
    const std::string text =
        ucx_table +
        "|    Stage     | # iterations | 50.0%ile | average | overall |  average |  overall |\n"
        "Final:                 1000000      1.408     1.430     1.431  1 1 1 1\n";
    const imported_run run =
        read(import_format::ucx_perftest, text, {.op = "", .ranks = 0, .bytes = 8});
    ASSERT_EQ(run.points.size(), 1U);
    EXPECT_EQ(run.points[0].key.op, "ping_pong");
    EXPECT_EQ(run.points[0].key.bytes, 8U);
    EXPECT_THROW((void)read(import_format::ucx_perftest, text), input_error);
}

// -f with batch files: a line a test, its name before it; -N: separators.
TEST(import_ucx_perftest, batch_files_name_tests_and_sizes) {
    const imported_run run = read(
        import_format::ucx_perftest,
        ucx_table +
            "|     Test     | # iterations | 50.0%ile | average | overall |  average |  overall |\n"
            "ucp_tag_lat/00000008     1,000,000      1.408     1.430     1.431   5.3  5.3 69 69\n"
            "ucp_tag_bw/00008192      100,000      1.408     1.430     2.000   5.3  5.3 69 69\n"
            "ucp_tag_lat/00000016        1.408  2.0  3.0\n");
    ASSERT_EQ(run.points.size(), 2U);
    EXPECT_EQ(run.points[0].key.op, "ping_pong");
    EXPECT_EQ(run.points[0].key.bytes, 8U);
    EXPECT_EQ(run.points[0].operations_per_sample, 1000000U);
    EXPECT_EQ(run.points[1].key.op, "ucx_perftest:ucp_tag_bw");
    EXPECT_EQ(run.points[1].key.bytes, 8192U);
    ASSERT_EQ(run.problems.size(), 1U);
    EXPECT_EQ(run.problems[0].line, 6U);
}

TEST(import_ucx_perftest, csv_has_names_first_and_the_last_line_of_a_test_counts) {
    const imported_run run =
        read(import_format::ucx_perftest,
             "test_types_ucp,msg_pow2,iterations,50.0_percentile_lat,avg_lat,overall_lat,avg_bw,"
             "overall_bw,avg_mr,overall_mr\n"
             "tag_lat,00000008,[thread 0]5000,1.408,1.430,1.500,5.3,5.3,69,69\n"
             "tag_lat,00000008,1000,1.4,1.4,1.25,5.3,5.3,69,69\n"
             "tag_lat,00000008,2000,1.4,1.4,1.50,5.3,5.3,69,69\n"
             "tag_lat,00000016,2000,1.4,1.4,1.75,5.3,5.3,69,69\n");
    ASSERT_EQ(run.points.size(), 2U);
    EXPECT_EQ(run.points[0].time_us->p50, 1.5);
    EXPECT_EQ(run.points[0].operations_per_sample, 2000U);
    EXPECT_EQ(run.points[1].key.bytes, 16U);
}

// Up to 1.10 nothing marks the result but that it is the last line.
TEST(import_ucx_perftest, old_tables_have_no_label) {
    const imported_run run = read(
        import_format::ucx_perftest,
        "| API:          protocol layer          |\n| Test:         UCP tag match latency |\n"
        "| Message size: 8                     |\n" +
            ucx_table + "| # iterations | typical | average | overall |  average |  overall |\n" +
            "        500000     1.200     1.210     1.210       6.3  6.3 1 1\n"
            "       1000000     1.200     1.210     1.220       6.3  6.3 1 1\n");
    ASSERT_EQ(run.points.size(), 1U);
    EXPECT_EQ(run.points[0].time_us->p50, 1.22);
    EXPECT_EQ(run.points[0].key.op, "ping_pong");
}

TEST(import_nvbandwidth, latencies_are_nanoseconds_and_errors_are_told) {
    const imported_run run = read(import_format::nvbandwidth, R"json({"nvbandwidth": {"testcases": [
        {"name": "host_device_latency_sm", "status": "Passed",
         "bandwidth_description": "memory latency SM CPU(row) <-> GPU(column) (ns)",
         "bandwidth_matrix": [["649.879"]]},
        {"name": "device_to_device_latency_sm", "status": "Running"},
        {"name": "device_to_device_latency_sm", "status": "Waived"},
        {"name": "device_local_copy", "status": "Error", "error": "[CUDA_ERROR] x"}],
        "error": "[CUDA_ERROR] again"}})json");
    ASSERT_EQ(run.points.size(), 3U);
    EXPECT_NEAR(run.points[0].time_us->p50, 0.649879, 1e-9);
    EXPECT_FALSE(run.points[0].algbw_gbps);
    EXPECT_EQ(run.points[1].status, point_status::skipped);
    EXPECT_EQ(run.points[2].status, point_status::failed);
    EXPECT_EQ(run.points[2].reason, "nvbandwidth: Error, [CUDA_ERROR] x");
    EXPECT_TRUE(run.cut);
    try {
        (void)import_run(R"({"nvbandwidth": {"error": "no GPU"}})", "x",
                         import_format::nvbandwidth);
        FAIL();
    } catch (const input_error& fault) {
        EXPECT_THAT(fault.what(), HasSubstr("measured nothing: no GPU"));
    }
}

// A process with several GPUs names its first one only.
TEST(import_nccl_tests_json, ranks_are_devices_times_gpus_of_a_process) {
    const auto text = [](const std::string& devices, const std::string& busbw) {
        return R"({"version":2,"args":["all_reduce_perf"],"config":{"nthreads":1,"ngpus":4,
               "devices":[)" +
               devices + R"(]},"results":[{"size":1000000,"type":"float","redop":"sum","root":"-1",
               "out_of_place":{"time":10.0,"alg_bw":100.0,"bus_bw":)" +
               busbw + R"(,"nwrong":null},"in_place":null}],"end_time":"x"})";
    };
    const imported_run one =
        read(import_format::nccl_tests_json, text(R"({"rank":0,"group":0})", "150.0"));
    EXPECT_EQ(one.points[0].key.ranks, 4);
    const imported_run two = read(import_format::nccl_tests_json,
                                  text(R"({"rank":0,"group":0},{"rank":4,"group":0})", "175.0"));
    EXPECT_EQ(two.points[0].key.ranks, 8);
    EXPECT_THROW((void)read(import_format::nccl_tests_json, text(R"({"rank":0})", "175.0")),
                 input_error)
        << "the factor says eight ranks";
}

TEST(import_google_benchmark, aggregates_alone_give_the_mean) {
    const imported_run run = read(import_format::google_benchmark, R"({"context":{},"benchmarks":[
        {"name":"BM_a_mean","run_name":"BM_a","run_type":"aggregate","aggregate_name":"mean",
         "iterations":3,"real_time":1500.0,"time_unit":"ns"},
        {"name":"BM_a_stddev","run_name":"BM_a","run_type":"aggregate","aggregate_name":"stddev",
         "iterations":3,"real_time":10.0,"time_unit":"ns"}]})");
    ASSERT_EQ(run.points.size(), 1U);
    EXPECT_EQ(run.points[0].time_us->p50, 1.5);
}

}  // namespace
}  // namespace railgauge
