// One view of a run: it is handed what the results file holds, line by line, and writes text.
#pragma once

#include <iosfwd>
#include <memory>
#include <optional>
#include <string_view>

#include "harness/record/point_record.hpp"
#include "harness/record/run_header.hpp"

namespace railgauge {

/// Calls come in this order: begin once, point for each (and made for communicators, before their
/// points), end once. A printer writes as early as its
/// format allows and flushes after each point it has written; its memory does not grow with the
/// number of points (nccl_tests keeps the rows of one table, table 16 bytes for each row of a
/// pair). A stream that fails is the caller's to notice.
class result_printer {
public:
    virtual ~result_printer() = default;
    result_printer() = default;
    result_printer(const result_printer&) = delete;
    result_printer& operator=(const result_printer&) = delete;

    virtual void begin(const run_header& header) = 0;
    virtual void point(const point_record& record) = 0;
    /// What making a communicator took; views of points alone leave it out.
    virtual void made(const communicator_record& /*communicator*/) {}
    /// nullopt for a file that was cut before its closing line.
    virtual void end(const std::optional<run_end>& closing) = 0;
};

enum class output_format : std::uint8_t { table, csv, json, nccl_tests };

/// "table", "csv", "json", "nccl-tests", as `--format` takes them.
[[nodiscard]] std::string_view name_of(output_format format) noexcept;
[[nodiscard]] std::optional<output_format> output_format_from(std::string_view name) noexcept;

struct printer_options {
    bool colors = false;  ///< table only: ANSI escapes
    int columns = 100;    ///< table only: the widest matrix of pairs
};

/// `out` has to outlive the printer.
[[nodiscard]] std::unique_ptr<result_printer> make_printer(output_format format, std::ostream& out,
                                                           const printer_options& options = {});

}  // namespace railgauge
