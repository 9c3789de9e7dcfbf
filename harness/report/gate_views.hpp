// A gate's verdict for people at a terminal, for job summaries, for CI and for programs. Each is
// made whole in memory, and names that others chose cannot make markup or terminal sequences.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "harness/compare/calibration.hpp"
#include "harness/compare/gate.hpp"

namespace railgauge {

/// What a gate was asked and what it found.
struct gate_view {
    const gate_result& result;
    const result_set& baseline;
    const result_set& candidate;
    const gate_options& options;
};

/// Sets, provenance, the verdict with its reason, classes, and up to `most_points` points, those
/// that fail first.
[[nodiscard]] std::string gate_text(const gate_view& view, std::size_t most_points);

/// The same for a job summary, never longer than most_markdown_bytes.
[[nodiscard]] std::string gate_markdown(const gate_view& view);

/// JUnit XML: the gate itself, and each class and point, as a test case. What is slower is a
/// failure, a gate that could not decide an error, a series with too few launches skipped. The
/// program that reads it does not fail the job: the exit status does. A suite lists at most
/// `most_cases` and 10 MB, those that fail first, and says how many it left out.
[[nodiscard]] std::string gate_junit(const gate_view& view, std::size_t most_cases = 20'000);

/// One object, described in docs/cli.md (railgauge gate, --json). Ends with a newline.
[[nodiscard]] std::string gate_json(const gate_view& view);

/// What `railgauge gate --calibrate` says.
[[nodiscard]] std::string calibration_text(const calibration& found, const result_set& baseline,
                                           const gate_options& options, std::size_t most_points);
[[nodiscard]] std::string calibration_json(const calibration& found, const result_set& baseline);

/// "FAILED", "PASSED", "NOT DECIDED", and why, in one line.
[[nodiscard]] std::string gate_headline(const gate_result& result);

/// What these data could have shown, and how many launches it would take where they decide nothing.
[[nodiscard]] std::string gate_power_text(const gate_view& view);

/// Places in a list of series, in the order in which people want to see them: slower, looks slower,
/// faster, not clear, the rest; within these by the size of the effect.
[[nodiscard]] std::vector<std::size_t> gate_order(const std::vector<gated>& series);

}  // namespace railgauge
