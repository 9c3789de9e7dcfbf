#include "harness/report/json_printer.hpp"

#include "harness/record/lines.hpp"

namespace railgauge {

void json_printer::begin(const run_header& header) {
    out_ << "{\"header\": " << to_line(header) << ",\n\"points\": [" << std::flush;
}

void json_printer::point(const point_record& record) {
    out_ << (first_ ? "\n" : ",\n") << to_line(record) << std::flush;
    first_ = false;
}

void json_printer::end(const std::optional<run_end>& closing) {
    out_ << "\n],\n\"end\": " << (closing ? to_line(*closing) : "null") << "}\n" << std::flush;
}

}  // namespace railgauge
