// The text that nccl-tests (2.13 to 2.17) prints, column for column, so that scripts which read
// that read this.
#pragma once

#include <cstdint>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "harness/report/result_printer.hpp"

namespace railgauge {

/// One table for each operation, backend, timing, number of ranks and launch, as if that many
/// commands had run one after the other; each with its own "Out of bounds values" and "Avg bus
/// bandwidth". The out-of-place and in-place results of a size stand on one row, and a side that
/// was not measured is N/A, so a table is written when the next operation or backend begins.
///
/// What differs from nccl-tests: the time is the median. #wrong is 0 for verified data, N/A where
/// nothing was verified, and 1 for wrong data (the format knows how many elements were wrong, our
/// results only that some were). Why a point has no result stands in comments below its table.
class nccl_tests_printer final : public result_printer {
public:
    explicit nccl_tests_printer(std::ostream& out) : out_(out) {}

    void begin(const run_header& header) override;
    void point(const point_record& record) override;
    void end(const std::optional<run_end>& closing) override;

private:
    struct side {
        bool present = false;
        std::optional<double> time_us;
        std::optional<double> algbw_gbps;
        std::optional<double> busbw_gbps;
        std::string wrong = "N/A";
    };
    struct row {
        std::string algorithm;
        std::string left;  ///< size, count, type, redop, root: what a row is known by
        side out_of_place;
        side in_place;
    };

    struct table {
        std::string timing;
        std::vector<row> rows;
        std::vector<std::string> notes;
        std::uint64_t notes_left_out = 0;
        std::uint64_t wrong_points = 0;
    };

    void finish_tables();
    void print(const table& finished);
    [[nodiscard]] table& table_for(const std::string& timing);
    [[nodiscard]] static row& row_for(table& of, const point_record& record);
    static void append_side(std::string& line, const side& result);

    std::ostream& out_;
    std::string subject_;        ///< what the open tables are of; empty: none yet
    std::vector<table> tables_;  ///< one for each timing
};

}  // namespace railgauge
