#include "harness/report/result_printer.hpp"

#include <array>

#include "harness/report/csv_printer.hpp"
#include "harness/report/json_printer.hpp"
#include "harness/report/nccl_tests_printer.hpp"
#include "harness/report/table_printer.hpp"

namespace railgauge {
namespace {

constexpr std::array<std::string_view, 4> format_names{"table", "csv", "json", "nccl-tests"};

}  // namespace

std::string_view name_of(output_format format) noexcept {
    return format_names[static_cast<std::size_t>(format)];
}

std::optional<output_format> output_format_from(std::string_view name) noexcept {
    for (std::size_t i = 0; i < format_names.size(); ++i) {
        if (format_names[i] == name) return static_cast<output_format>(i);
    }
    return std::nullopt;
}

std::unique_ptr<result_printer> make_printer(output_format format, std::ostream& out,
                                             const printer_options& options) {
    switch (format) {
        case output_format::csv: return std::make_unique<csv_printer>(out);
        case output_format::json: return std::make_unique<json_printer>(out);
        case output_format::nccl_tests: return std::make_unique<nccl_tests_printer>(out);
        case output_format::table: break;
    }
    return std::make_unique<table_printer>(out, options);
}

}  // namespace railgauge
