// The series of sizes of a report as HTML tables. They are the report's data: its script reads the
// curves from them.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "harness/report/report_content.hpp"

namespace railgauge {

/// From this many points on, tables have only the time, its interval and the bandwidth, and of
/// several launches only what they say together: 100,000 points stay below 5 MB.
inline constexpr std::uint64_t full_tables_below = 20'000;

/// What several launches of a point say together; of one, that one.
struct row_summary {
    std::size_t measured = 0;  ///< measurements with a time or a bandwidth
    std::optional<double> time_us;
    std::optional<double> low_us;  ///< of one: within its launch; of several: of their medians
    std::optional<double> high_us;
    std::optional<double> busbw_gbps;
    bool is_algbw = false;  ///< as in report_measurement
    std::optional<double> bound_us;
    double fastest_us = 0;
    double slowest_us = 0;
};

[[nodiscard]] row_summary summary_of(const report_row& row);

/// "busbw"; "algbw" where that is all there is.
[[nodiscard]] std::string_view bandwidth_name(const row_summary& all);
[[nodiscard]] std::string_view bandwidth_name(const report_series& one);

/// "all_reduce shm, ring, float32 sum, 2 ranks, isolated".
[[nodiscard]] std::string title_of(const point_key& key);

/// All series, each a <section> whose data- attributes the filters use.
[[nodiscard]] std::string series_html(const report_content& content);

/// What lies behind the tables: the shapes of samples as JSON that may stand in a <script>.
[[nodiscard]] std::string shapes_json(const report_content& content);

}  // namespace railgauge
