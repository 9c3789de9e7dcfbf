// Rank 0's view of what the topology and the expectations say about rows.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "harness/base/exit_status.hpp"
#include "harness/cli/run_job.hpp"
#include "harness/launch/placement.hpp"
#include "harness/measure/point_bounds.hpp"
#include "harness/measure/point_expectations.hpp"

namespace railgauge {

class row_verdicts {
public:
    /// Throws usage_error where the topology has no seat for a rank.
    row_verdicts(const run_job& job, const std::vector<host_placement>& places);

    /// Fills the rows' bounds and flags them, before they are written.
    void judge(std::vector<point_record>& rows);

    /// A row that was judged is below what is expected of it.
    [[nodiscard]] bool below() const noexcept { return below_; }

private:
    point_expectations expected_;
    std::optional<point_bounds> bounds_;
    bool below_ = false;
};

/// What the job's expectations say of all rows in its file, those of launches before this one and
/// of a run that was cut too: worse; cannot where something was measured and none fits any of it
/// (as likely as not a name in their file is wrong); else fine. Throws as read_results.
[[nodiscard]] exit_status status_of_rows(const run_job& job);

/// What to tell the user where none fits.
[[nodiscard]] std::string nothing_fits_words(const run_job& job);

}  // namespace railgauge
