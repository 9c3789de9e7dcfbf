// A report's content in the formats that other programs read. Each is made whole in memory.
#pragma once

#include <string>

#include "harness/report/report_content.hpp"

namespace railgauge {

/// GitHub refuses a job summary of more than 1 MiB.
inline constexpr std::size_t most_markdown_bytes = 1'000'000;

/// Markdown tables, one for each series, for people and job summaries. Never more than
/// most_markdown_bytes: what does not fit is counted. What comes from files cannot make markup.
/// `comparison` stands before the series (comparison_markdown, at most half of that).
[[nodiscard]] std::string markdown_view(const report_content& content,
                                        const std::string& comparison = {});

/// JUnit XML: a suite for each series, a case for each measurement, with names that are unique
/// within the file. Skipped points are skipped, failed ones errors, wrong data failures. The
/// program that reads it does not fail the job: the exit status does.
[[nodiscard]] std::string junit_view(const report_content& content);

/// Prometheus' text format 0.0.4 as node_exporter's textfile collector takes it: no timestamps,
/// each series of labels once, base units (seconds, bytes a second).
[[nodiscard]] std::string prometheus_view(const report_content& content);

/// What github-action-benchmark reads: JSON arrays of name, unit, value, range and extra.
struct github_benchmark_views {
    std::string smaller_is_better;  ///< times, for tool customSmallerIsBetter
    std::string bigger_is_better;   ///< bandwidths, for tool customBiggerIsBetter
};
[[nodiscard]] github_benchmark_views github_benchmark_view(const report_content& content);

}  // namespace railgauge
