// What every rank of a run does.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "harness/base/exit_status.hpp"
#include "harness/cli/record_sink.hpp"
#include "harness/cli/run_job.hpp"
#include "harness/launch/world.hpp"

namespace railgauge {

/// One launch of a job's ranks.
struct launch_work {
    const run_job* job = nullptr;
    int launch = 0;
    std::vector<std::pair<std::string, double>> probe;  ///< of the host, before this launch
    /// Opens the records; called at rank 0 only. The caller may keep them to close them later.
    std::function<std::shared_ptr<record_sink>()> open_records;
};

/// Collective: agrees on the plan, measures it point by point and writes the records at rank 0.
/// The same status on every rank: fine, worse (a row is below its expectation), wrong_data, cannot
/// (nothing could be measured, or nothing that any expectation fits) or unfinished (interrupted).
[[nodiscard]] exit_status run_ranks(world& group, const launch_work& work);

}  // namespace railgauge
