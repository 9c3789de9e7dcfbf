// Reads a results file line by line.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/record/point_record.hpp"
#include "harness/record/run_header.hpp"

namespace railgauge {

/// Is handed every line in the order of the file. `line` counts from 1.
class results_visitor {
public:
    virtual ~results_visitor() = default;
    virtual void on_header(run_header&& /*header*/, std::uint64_t /*line*/) {}
    virtual void on_launch(launch_record&& /*launch*/, std::uint64_t /*line*/) {}
    virtual void on_communicator(communicator_record&& /*made*/, std::uint64_t /*line*/) {}
    virtual void on_resume(resume_record&& /*resume*/, std::uint64_t /*line*/) {}
    virtual void on_point(point_record&& /*point*/, std::uint64_t /*line*/) {}
    virtual void on_end(run_end&& /*end*/, std::uint64_t /*line*/) {}
    /// With read_options::pass_bad_lines: "file:line:column: what is wrong".
    virtual void on_bad_line(const std::string& /*problem*/) {}
};

struct read_options {
    bool samples = false;  ///< fill point_record::samples_us
    /// A line that is wrong (but the header) is told to the visitor and left out; nothing is
    /// thrown.
    bool pass_bad_lines = false;
};

struct read_outcome {
    std::uint64_t lines = 0;        ///< whole ones
    std::uint64_t bad_lines = 0;    ///< of these, left out
    std::uint64_t whole_bytes = 0;  ///< up to and with the last newline
    bool header = false;            ///< false for an empty file or one cut within its header
    bool cut = false;               ///< the last line has no newline: it was not read
    bool ended = false;             ///< a closing line is the last one
};

/// Streams: memory is that of the longest line. A line counts when its newline is there. Throws
/// input_error with line and column for anything else that is not docs/result-format.md, among it a
/// newer major version (by its name), and system_error when the file cannot be read.
read_outcome read_results(const std::string& path, results_visitor& visitor,
                          const read_options& options = {});

/// The same from memory; `name` stands for the file in errors.
read_outcome read_results_text(std::string_view text, std::string_view name,
                               results_visitor& visitor, const read_options& options = {});

/// A whole file in memory.
struct results_file {
    run_header header;
    std::vector<launch_record> launches;
    std::vector<resume_record> resumes;
    std::vector<communicator_record> communicators;
    std::vector<point_record> points;
    std::optional<run_end> end;  ///< the last one
    bool cut = false;            ///< a torn last line was left out
};

/// As read_results; a file without a whole header is an input_error.
[[nodiscard]] results_file load_results(const std::string& path, const read_options& options = {});

}  // namespace railgauge
