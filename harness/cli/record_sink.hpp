// Where rank 0 puts its records: the results file, and a printer where no parent prints.
#pragma once

#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>

#include "harness/cli/run_job.hpp"
#include "harness/record/results_writer.hpp"
#include "harness/record/resume.hpp"
#include "harness/report/result_printer.hpp"

namespace railgauge {

/// Usable from a monitor's thread too: calls exclude each other.
class record_sink {
public:
    /// Goes on with the job's file, whose header is there. `printer` may be null and outlives this.
    explicit record_sink(const run_job& job, result_printer* printer = nullptr);

    void write(const launch_record& launch);
    void write(const communicator_record& made);
    void write(const point_record& point);
    /// Those of them that are not in the file yet: a round of groups that was cut has some.
    void write(std::span<const point_record> rows);
    [[nodiscard]] bool has(int launch, std::int64_t soak_round, std::int64_t index) const;
    [[nodiscard]] bool has_round(int launch, std::int64_t soak_round, std::int64_t index,
                                 std::int32_t round) const;
    [[nodiscard]] status_counts counts() const { return writer_.counts(); }
    /// The record of a point that did not finish (-1: none), unless it was written before.
    void write_failure(const run_job& job, int launch, std::int64_t point,
                       const std::string& reason);
    /// The closing line; the printer's too.
    void finish(exit_status status, std::string_view reason);

private:
    record_sink(const run_job& job, result_printer* printer, resume_state state);

    mutable std::mutex mutex_;
    measured_points measured_;
    results_writer writer_;
    result_printer* printer_;
    bool finished_ = false;  ///< a monitor's thread may come after the last line
};

/// Creates the job's file with its header, or (--resume) holds what is there against the plan and
/// notes that the run goes on. Returns the header that stands in the file. Throws as
/// results_writer and resume_results do.
run_header begin_records(const run_job& job);

/// Appends what only the watcher of the ranks knows: a point that did not finish (-1: none).
void record_failure(const run_job& job, int launch, std::int64_t point, const std::string& reason);

}  // namespace railgauge
