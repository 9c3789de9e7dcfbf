// Other tools' results as records of ours. What a file does not say stays empty.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/record/point_record.hpp"
#include "harness/record/run_header.hpp"

namespace railgauge {

enum class import_format : std::uint8_t {
    nccl_tests,       ///< the table that all_reduce_perf and its like print (rccl-tests, too)
    nccl_tests_json,  ///< what they write with -J
    osu,              ///< the OSU Micro-Benchmarks
    imb,              ///< the Intel MPI Benchmarks
    ucx_perftest,
    nvbandwidth,       ///< its JSON (-j)
    google_benchmark,  ///< its JSON
};

/// "nccl-tests", as `--from` takes it.
[[nodiscard]] std::string_view name_of(import_format format) noexcept;
[[nodiscard]] std::optional<import_format> import_format_from(std::string_view name) noexcept;
[[nodiscard]] std::vector<std::string_view> import_format_names();

/// What `text` looks like; nothing where it looks like none of them.
[[nodiscard]] std::optional<import_format> guess_import_format(std::string_view text);

/// What the user knows and the file may not say. What the file says comes first.
struct import_options {
    std::string op;                           ///< railgauge's name of the operation; "": not given
    int ranks = 0;                            ///< 0: not given
    std::optional<std::uint64_t> bytes = {};  ///< the size of the message
};

/// A part of the file that could not be used.
struct import_problem {
    std::uint64_t line = 0;
    std::uint64_t column = 0;
    std::string message;
};

struct imported_run {
    run_header header;
    std::vector<point_record> points;
    bool cut = false;                      ///< the file ends where more was to come
    std::vector<import_problem> problems;  ///< at most 100
    std::uint64_t problem_count = 0;       ///< all of them
};

/// Reads the whole text; `file` stands for it in errors. The run's id is made from the text, so
/// that the same file becomes the same run. Rows that cannot be read are problems, the others are
/// used. Throws input_error where nothing can be used: it is not of this format, has no rows, or
/// says neither operation nor number of ranks and the options do not either.
[[nodiscard]] imported_run import_run(std::string_view text, std::string_view file,
                                      import_format format, const import_options& options = {});

}  // namespace railgauge
