// All runs below some folders, and which machine each was measured on.
#pragma once

#include <string>
#include <vector>

#include "harness/compare/result_set.hpp"

namespace railgauge {

/// What a run was measured on, as far as it does not change by itself: hosts, processor, GPUs.
/// Versions and settings are no part of it: what they change is what a history is asked for.
struct system_identity {
    std::vector<std::string> hosts;  ///< in order of name; empty: not said
    std::string processor;           ///< the model; empty: not said
    std::string devices;             ///< "8 x NVIDIA H100 80GB HBM3"; empty: none

    friend auto operator<=>(const system_identity&, const system_identity&) = default;
    /// "node-1 (AMD EPYC 7763, 8 x NVIDIA H100)"; of many hosts the first and how many more.
    [[nodiscard]] std::string text() const;
};

[[nodiscard]] system_identity identity_of(const set_run& run);

/// Each file's run by itself.
struct history_files {
    std::vector<result_set> runs;       ///< one run each, in order of time
    std::vector<std::string> problems;  ///< what could not be used, with the file's name
};

/// Reads what load_set reads, but a file of no use is a problem like any other, and so is a run
/// that has been read from another file. Throws system_error and usage_error as
/// results_files_of.
[[nodiscard]] history_files read_history(const std::vector<std::string>& paths, point_table& table);

}  // namespace railgauge
