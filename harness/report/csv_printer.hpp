// Comma-separated values for spreadsheets and pandas: tidy, one row a point.
#pragma once

#include <ostream>

#include "harness/report/result_printer.hpp"

namespace railgauge {

/// RFC 4180 (lines end in CR LF), one line of column names. Figures have all their digits, absent
/// ones are empty, switches are true or false; flags are separated by semicolons, and so are the
/// ranks that were last, each as rank:times. Control characters are written as \xNN. The samples
/// are left to the results file.
class csv_printer final : public result_printer {
public:
    explicit csv_printer(std::ostream& out) : out_(out) {}

    void begin(const run_header& header) override;
    void point(const point_record& record) override;
    void end(const std::optional<run_end>& closing) override;

private:
    std::ostream& out_;
};

}  // namespace railgauge
