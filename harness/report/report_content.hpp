// What results files hold, ordered as a report shows it: series of sizes, matrices of pairs, and
// what each run was measured on.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "harness/record/point_record.hpp"
#include "harness/record/results_reader.hpp"
#include "harness/record/run_header.hpp"

namespace railgauge {

/// How the samples of a point lie and how they went, in few figures.
struct sample_shape {
    std::vector<double> quantiles_us;  ///< evenly spaced from the least to the greatest
    std::vector<double> course_us;     ///< medians of blocks of samples, in the order measured
};

/// `samples_us` in at most `figures` figures each; at least one sample, `figures` at least 2.
[[nodiscard]] sample_shape shape_of(const std::vector<double>& samples_us, std::size_t figures);

/// One measurement of a point: of one launch and round.
struct report_measurement {
    std::int32_t launch = 0;
    std::int64_t round = 0;
    point_status status = point_status::ok;
    std::string reason;
    std::optional<time_summary> time_us;
    std::optional<double> busbw_gbps;
    bool is_algbw = false;  ///< busbw_gbps is algbw: another tool's operation defines no busbw
    std::optional<double> bound_us;
    std::uint64_t n = 0;
    std::string flags;  ///< separated by blanks
    std::optional<sample_shape> shape;
};

struct report_row {
    std::uint64_t bytes = 0;
    std::vector<report_measurement> measurements;  ///< in the order of the file; at least one
};

struct report_series {
    std::size_t run = 0;           ///< in report_content::runs
    point_key key;                 ///< of the first point
    std::vector<report_row> rows;  ///< by size
};

struct report_pair {
    pair_end from;
    pair_end to;
    std::vector<double> values;  ///< of each launch: GB/s, or microseconds
};

struct report_matrix {
    std::size_t run = 0;
    point_key key;          ///< of the first pair
    bool is_time = false;   ///< the values are microseconds: below 64 KiB the latency is shown
    bool is_algbw = false;  ///< as in report_measurement, of the first pair
    std::vector<report_pair> pairs;
};

struct report_run {
    std::string file;
    run_header header;
    std::vector<launch_record> launches;
    std::vector<resume_record> resumes;
    std::vector<communicator_record> communicators;
    std::optional<run_end> end;
    bool cut = false;
    status_counts counts;
    std::uint64_t bad_lines = 0;        ///< left out
    std::vector<std::string> problems;  ///< the first of them, "file:line:column: what is wrong"
};

struct report_content {
    std::vector<report_run> runs;
    std::vector<report_series> series;
    std::vector<report_matrix> matrices;
    std::uint64_t points = 0;
    std::uint64_t shapes = 0;       ///< points whose samples' shape is kept
    std::uint64_t shapes_left = 0;  ///< points with samples beyond those

    [[nodiscard]] std::size_t launches_most() const noexcept;
};

struct content_options {
    std::size_t shapes = 1000;       ///< points whose samples are kept as shapes, at most
    std::size_t shape_figures = 64;  ///< of a shape, twice
};

/// Reads the files one after the other; memory grows with the points, not with their samples. A
/// file that was cut is read as far as it goes, and lines that are wrong are left out and named.
/// Throws system_error; input_error for a file without a header that can be read; usage_error where
/// the same run (its id) stands in two files.
[[nodiscard]] report_content read_content(const std::vector<std::string>& files,
                                          const content_options& options = {});

}  // namespace railgauge
