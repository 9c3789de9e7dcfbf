// A rank that no railgauge parent watches: rank 0 opens the records and prints what a parent would.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "harness/cli/record_sink.hpp"
#include "harness/cli/run_job.hpp"
#include "harness/cli/run_parent.hpp"
#include "harness/launch/monitor_thread.hpp"
#include "harness/launch/seat_finding.hpp"
#include "harness/launch/world.hpp"
#include "harness/report/result_printer.hpp"

namespace railgauge {

class self_recorded_run {
public:
    /// `launch`: its number, where something starts the ranks several times.
    self_recorded_run(run_job job, probe_figures probe, int launch);

    [[nodiscard]] run_job& job() noexcept { return job_; }
    /// What to do with a verdict when nobody else is there to do it.
    [[nodiscard]] verdict_actions actions();
    /// For the record: how ranks met, on which hosts; at rank 0, before `body`.
    void note_meeting(const std::string& kind, const std::vector<met_host>& hosts,
                      const std::string& secret);
    /// What each rank does once all have met.
    [[nodiscard]] exit_status body(world& group);

private:
    [[nodiscard]] std::shared_ptr<record_sink> open();
    void tell(const verdict& ended);

    run_job job_;
    probe_figures probe_;
    int launch_;
    std::unique_ptr<result_printer> printer_;
    std::shared_ptr<record_sink> sink_;  ///< outlives run_ranks: it is closed after
};

/// Leaves the process at once, with what it wrote: peers may hang in a library's exit handlers.
[[noreturn]] void leave_at_once(exit_status status);

/// The variable's value; empty where it is not set.
[[nodiscard]] std::string variable(const char* name);

/// What a launcher that is not ours cannot do: throws usage_error and capability_error.
void refuse_what_launchers_cannot(const run_options& options, int size, bool by_us);

}  // namespace railgauge
