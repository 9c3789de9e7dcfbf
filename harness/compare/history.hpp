// The runs of a system in order of time: where did what change, and by how much?
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "harness/compare/history_runs.hpp"
#include "harness/compare/provenance_difference.hpp"

namespace railgauge {

struct history_options {
    std::string host;            ///< only systems with this host; empty: all
    double alpha = 0.05;         ///< the share of false ones among the changes of all series
    std::size_t least_runs = 8;  ///< fewer cannot tell chance from a change
    std::size_t least_part = 3;  ///< runs on each side of a change
};

/// One thing's times became others from one run to the next.
struct series_change {
    std::uint32_t before = 0;     ///< the last run before it, in history_system::runs
    std::uint32_t after = 0;      ///< the first run after it
    std::size_t runs_before = 0;  ///< between the neighbouring changes and this one
    std::size_t runs_after = 0;
    double before_us = 0;  ///< medians of these
    double after_us = 0;
    double ratio = 1;  ///< after over before
    double p_value = 1;
};

/// A thing that was measured again and again; one value a run, the median of its launches' medians.
struct history_series {
    std::uint32_t point = 0;             ///< in the point_table
    bool any_algorithm = false;          ///< each run ran one, but not all the same
    std::vector<std::uint32_t> runs;     ///< that have it, in order of time
    std::vector<double> time_us;         ///< of these
    bool too_few = false;                ///< runs for an answer
    double p_value = 1;                  ///< that nothing changed
    double adjusted = 1;                 ///< among all series of all systems
    std::vector<series_change> changes;  ///< in order of time
};

/// All that changed between the same two runs.
struct history_event {
    std::uint32_t before = 0;
    std::uint32_t after = 0;
    /// What differs between the two in what they were measured on, without what differs between
    /// most runs.
    std::vector<provenance_difference> provenance;
    struct member {
        std::size_t series = 0;
        std::size_t change = 0;
    };
    std::vector<member> members;  ///< the greatest change first
};

struct history_system {
    system_identity identity;
    std::vector<set_run> runs;  ///< in order of time
    std::vector<history_series> series;
    std::vector<history_event> events;                   ///< in order of time
    [[nodiscard]] std::size_t too_few() const noexcept;  ///< series
};

struct history {
    std::vector<history_system> systems;
    std::vector<std::string> problems;
    std::vector<std::string> left_out;             ///< systems without the host asked for
    [[nodiscard]] bool any_told() const noexcept;  ///< a series had runs enough
};

/// Changes of log times by E-divisive; a series has changes where its first one is significant
/// among all series (Benjamini-Hochberg: if nothing changed anywhere, a change is reported in at
/// most `alpha` of histories), and further ones at the level that this leaves.
[[nodiscard]] history history_of(history_files files, point_table& table,
                                 const history_options& options = {});

}  // namespace railgauge
