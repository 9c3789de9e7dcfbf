// One side of a comparison: the launches of some results files, and what each says of each point.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "harness/compare/point_table.hpp"
#include "harness/compare/round_value.hpp"
#include "harness/record/run_header.hpp"

namespace railgauge {

/// A launch: the unit of replication.
struct set_launch {
    std::uint32_t run = 0;    ///< in result_set::runs
    std::int32_t number = 0;  ///< within its run
    std::string at;           ///< when it began, ISO 8601
};

struct set_run {
    std::string file;
    run_header header;
    std::vector<rank_placement> placement;  ///< of the first launch
    bool cut = false;
};

/// What a launch says of a point: the median over its samples, of several rounds a round_value.
/// NaN: not known.
struct set_entry {
    std::uint32_t point = 0;   ///< in the point_table
    std::uint32_t launch = 0;  ///< in result_set::launches
    double time_us = 0;
    float percent_of_bound = 0;
    float energy_j_per_gb = 0;
    std::uint32_t rounds = 1;
    std::uint32_t first_round = 0;  ///< in result_set::fastest_so_far, where there are several
};

struct result_set {
    std::string name;
    round_value of_rounds = round_value::median;
    std::vector<set_run> runs;         ///< in order of time
    std::vector<set_launch> launches;  ///< in order of time
    std::vector<set_entry> entries;    ///< by point, then launch; one each
    /// For round_value::fastest, of each entry with several rounds: after each of them, in order of
    /// time, the least time_us so far.
    std::vector<double> fastest_so_far;
    std::uint64_t not_ok = 0;  ///< points skipped, failed or invalid
    std::uint64_t broken = 0;  ///< of these, failed or with wrong data
    std::uint64_t bad_lines = 0;
    std::vector<std::string> problems;  ///< in words; at most so many bad lines are listed
};

/// The entry's time_us as it was after so many of its rounds, for round_value::fastest: the least
/// of many rounds is less than that of few, so those compared have equally many.
[[nodiscard]] double time_after(const result_set& set, const set_entry& entry,
                                std::uint32_t rounds) noexcept;

/// The results files that these paths mean: files as they are, folders with all *.jsonl below them,
/// in order of name. Throws system_error for a path that cannot be read, usage_error for a folder
/// without results.
[[nodiscard]] std::vector<std::string> results_files_of(const std::vector<std::string>& paths);

/// Reads all of them; points are numbered in `table`. A run that stands in two files (one run_id)
/// is counted once. Algorithms that changed from launch to launch are one point's
/// (chosen_algorithm.hpp). A bad line is a problem; throws input_error where a file as a whole is
/// of no use.
[[nodiscard]] result_set load_set(const std::string& name, const std::vector<std::string>& paths,
                                  point_table& table, round_value of_rounds = round_value::median);

}  // namespace railgauge
