// One JSON document: {"header": {...}, "points": [...], "end": {...} or null}.
#pragma once

#include <ostream>

#include "harness/report/result_printer.hpp"

namespace railgauge {

/// The objects are those of the results file (docs/result-format.md), one a line, and are written
/// as they come.
class json_printer final : public result_printer {
public:
    explicit json_printer(std::ostream& out) : out_(out) {}

    void begin(const run_header& header) override;
    void point(const point_record& record) override;
    void end(const std::optional<run_end>& closing) override;

private:
    std::ostream& out_;
    bool first_ = true;
};

}  // namespace railgauge
