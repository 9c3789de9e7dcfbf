// What the user sees of a run that this process watches: the table, and a line of progress. Both
// are made from the results file, which the ranks write.
#pragma once

#include <chrono>
#include <cstdint>
#include <iosfwd>
#include <memory>
#include <string>

#include "harness/cli/run_job.hpp"
#include "harness/report/result_printer.hpp"

namespace railgauge {

/// The printer that the options ask for, on standard output.
[[nodiscard]] std::unique_ptr<result_printer> make_run_printer(const run_job& job,
                                                               std::ostream& out);

class run_view {
public:
    /// Starts behind what the file holds now.
    run_view(const run_job& job, const run_header& header);
    ~run_view();
    run_view(const run_view&) = delete;
    run_view& operator=(const run_view&) = delete;

    /// Prints the points that have come since; call it every now and then.
    void update();
    /// Prints the rest, the end, and where the results are.
    void finish();

private:
    class line_visitor;
    void count(const point_record& point);
    void show_progress();
    void clear_progress();

    const run_job& job_;
    std::unique_ptr<result_printer> printer_;
    std::string header_line_;
    std::string pending_;  ///< the beginning of a line whose end is not there yet
    std::uint64_t read_bytes_ = 0;
    int descriptor_ = -1;
    bool progress_ = false;
    std::string shown_;      ///< the progress that stands on the terminal; empty: none
    double done_share_ = 0;  ///< points, with parts of one that is measured in groups
    std::int64_t done_ = 0;
    std::int64_t total_ = 0;
    std::chrono::steady_clock::time_point begin_;
    std::unique_ptr<line_visitor> visitor_;
};

}  // namespace railgauge
