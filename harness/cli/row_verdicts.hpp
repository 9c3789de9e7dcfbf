// Rank 0's view of what the topology and the expectations say about rows.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "harness/cli/run_job.hpp"
#include "harness/launch/placement.hpp"
#include "harness/measure/point_bounds.hpp"
#include "harness/measure/point_expectations.hpp"

namespace railgauge {

class row_verdicts {
public:
    /// `job` outlives it. Throws usage_error where the topology has no seat for a rank.
    row_verdicts(const run_job& job, const std::vector<host_placement>& places);

    /// Fills the rows' bounds and flags them, before they are written.
    void judge(std::vector<point_record>& rows);

    /// A row that was judged is below what is expected of it.
    [[nodiscard]] bool below() const noexcept { return below_; }

    /// Something was measured, and no expectation fits any of it: as likely as not a name in the
    /// file is wrong. Reads the results file where the rows that were judged do not tell, since
    /// launches before this one, or a run that was cut, may have left others. Throws as
    /// read_results.
    [[nodiscard]] bool nothing_fits() const;

private:
    const run_job& job_;
    point_expectations expected_;
    std::optional<point_bounds> bounds_;
    bool below_ = false;
    bool measured_ = false;
    bool fitted_ = false;
};

/// What to tell the user where nothing_fits.
[[nodiscard]] std::string nothing_fits_words(const run_job& job);

}  // namespace railgauge
