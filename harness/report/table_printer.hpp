// The table on the terminal: one row a point, a heading for each series of sizes.
#pragma once

#include <ostream>
#include <string>

#include "harness/report/launch_summary.hpp"
#include "harness/report/pair_matrix.hpp"
#include "harness/report/result_printer.hpp"

namespace railgauge {

/// Columns have fixed widths, so rows can be written as they are measured. The share of the bound
/// has a column from the first point on that has one. The rows of pairs that went well are a
/// matrix at the end.
class table_printer final : public result_printer {
public:
    table_printer(std::ostream& out, const printer_options& options)
        : out_(out), options_(options) {}

    void begin(const run_header& header) override;
    void point(const point_record& record) override;
    void made(const communicator_record& communicator) override;
    void end(const std::optional<run_end>& closing) override;

private:
    void print_heading(const std::string& series);
    [[nodiscard]] std::string series_of(const point_record& record, bool of_launch) const;
    [[nodiscard]] std::string painted(std::string_view text, std::string_view code) const;

    std::ostream& out_;
    printer_options options_;
    std::int32_t launches_ = 1;
    bool with_bound_ = false;
    [[nodiscard]] bool was_told(const point_record& record, const std::string& series);

    pair_matrix pairs_;
    std::string told_;              ///< of the last row of a pair: series, status and reason
    launch_summary summary_;        ///< of a run with several launches
    std::string series_;            ///< whose heading was printed last
    std::uint64_t last_bytes_ = 0;  ///< of the row printed last
    std::int64_t last_index_ = -1;
    bool grouped_ = false;  ///< points have several rows
    status_counts counts_;
};

}  // namespace railgauge
