// Is a results file sound? (`railgauge check`)
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "harness/record/run_header.hpp"

namespace railgauge {

struct results_check {
    run_header header;
    status_counts counts;
    std::uint64_t lines = 0;
    std::uint64_t samples = 0;
    std::int32_t launches = 0;  ///< different ones
    bool cut = false;           ///< the last line is torn
    bool ended = false;         ///< has its closing line
    int status = 0;             ///< of the last closing line
    /// "file:line:column: what is inconsistent", at most 100.
    std::vector<std::string> problems;
};

/// Reads the whole file with its samples and holds every line against the rules of
/// docs/result-format.md. A line that does not parse throws input_error; figures that contradict
/// each other are listed.
[[nodiscard]] results_check validate_results(const std::string& path);

}  // namespace railgauge
