// The lines of a results file other than points (docs/result-format.md).
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/record/point_record.hpp"

namespace railgauge {

inline constexpr std::string_view results_schema = "railgauge-results";
inline constexpr std::string_view results_version = "1.3.0";

/// What the run set out to measure. Resuming needs the same plan.
struct plan_summary {
    std::int64_t points = 0;    ///< of one round of one launch
    std::int32_t launches = 1;  ///< planned
    std::string suite;          ///< name or file; empty for a plan made from options alone
    std::string hash;           ///< of everything that decides which points there are and how
    /// A JSON object in text with the settings (precision, budget, ...), for people and for the
    /// words of a refused resume.
    std::string settings_json = "{}";
};

/// The first line. `provenance_json` is a JSON object in text, in the order it is to be kept.
struct run_header {
    std::string version{results_version};  ///< of the format
    std::string run_id;
    std::string started;               ///< ISO 8601, UTC
    std::vector<std::string> command;  ///< argv
    plan_summary plan;
    std::string provenance_json = "{}";
};

/// Where a rank ran.
struct rank_placement {
    std::int32_t rank = 0;
    std::string host;
    std::int32_t local_rank = 0;
    std::string cpus;  ///< as Linux lists them ("0-3,8"); empty when not pinned
};

/// Written before and after the points of a launch: machines drift.
struct launch_record {
    std::int32_t launch = 0;
    std::string when;                                   ///< "before" or "after"
    std::string at;                                     ///< ISO 8601, UTC
    std::vector<std::pair<std::string, double>> probe;  ///< name with its unit, figure
    std::vector<rank_placement> placement;
};

/// A communicator that a library made: what making it took.
struct communicator_record {
    std::int32_t launch = 0;
    std::string backend;
    std::string group = "world";  ///< as a point's
    std::int32_t ranks = 0;
    double init_us = 0;          ///< of the rank that waited longest
    std::int32_t last_rank = 0;  ///< which one that was, of the group
};

/// Stands between what was there and what a resumed run adds.
struct resume_record {
    std::string started;
    std::vector<std::string> command;
    std::string provenance_json = "{}";
};

/// How many points of each status, in the order of point_status.
struct status_counts {
    std::array<std::uint64_t, 4> of{};

    void add(point_status status) noexcept { ++of[static_cast<std::size_t>(status)]; }
    [[nodiscard]] std::uint64_t operator[](point_status status) const noexcept {
        return of[static_cast<std::size_t>(status)];
    }
    [[nodiscard]] std::uint64_t total() const noexcept { return of[0] + of[1] + of[2] + of[3]; }

    friend bool operator==(const status_counts&, const status_counts&) = default;
};

/// The closing line.
struct run_end {
    int status = 0;      ///< the exit status of the run
    std::string reason;  ///< empty when the status is 0
    std::string finished;
    status_counts counts;  ///< over the whole file
};

/// "ok", "skipped", "failed", "invalid".
[[nodiscard]] std::string_view name_of(point_status status) noexcept;

/// Now, as "2026-01-31T12:00:00.123Z".
[[nodiscard]] std::string utc_now();

/// 128 random bits as 32 hexadecimal digits.
[[nodiscard]] std::string make_run_id();

/// 64 bits of FNV-1a as 16 hexadecimal digits: what plan_summary::hash is made with.
[[nodiscard]] std::string hash_text(std::string_view text);

}  // namespace railgauge
