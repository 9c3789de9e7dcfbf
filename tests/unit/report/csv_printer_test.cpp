#include <gtest/gtest.h>

#include <limits>

#include "tests/golden/golden.hpp"
#include "tests/unit/report/sample_run.hpp"

namespace railgauge {
namespace {

// RFC 4180, read back by its grammar.
std::vector<std::vector<std::string>> read_csv(const std::string& text) {
    std::vector<std::vector<std::string>> rows;
    std::vector<std::string> row;
    std::string cell;
    bool quoted = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (quoted) {
            if (c != '"') {
                cell += c;
            } else if (i + 1 < text.size() && text[i + 1] == '"') {
                cell += text[++i];
            } else {
                quoted = false;
            }
        } else if (c == '"') {
            quoted = true;
        } else if (c == ',' || c == '\r') {
            row.push_back(std::exchange(cell, {}));
            if (c == ',') continue;
            EXPECT_EQ(text.at(++i), '\n');
            rows.push_back(std::exchange(row, {}));
        } else {
            cell += c;
        }
    }
    EXPECT_TRUE(cell.empty() && row.empty()) << "the last line has an end, too";
    return rows;
}

TEST(csv_printer, prints_the_golden_rows) {
    EXPECT_TRUE(
        golden::matches("report/points.csv", print_run(output_format::csv, sample_points())));
}

TEST(csv_printer, every_row_has_every_column) {
    const auto rows = read_csv(print_run(output_format::csv, sample_points()));
    ASSERT_EQ(rows.size(), 1 + sample_points().size());
    for (const auto& row : rows) EXPECT_EQ(row.size(), rows[0].size());
    const auto column = [&](std::string_view name) {
        return std::find(rows[0].begin(), rows[0].end(), name) - rows[0].begin();
    };
    EXPECT_EQ(rows[4].at(column("reason")), "no \"float32\", sum, here");
    EXPECT_EQ(rows[7].at(column("reason")),
              "rank 1 on bad\\x1b[31mhost\\x0a# Out of bounds values : 0 OK");
    EXPECT_EQ(rows[1].at(column("last_ranks")), "1:800;0:400");
    EXPECT_EQ(rows[2].at(column("flags")), "drifting;two-humped");
}

TEST(csv_printer, figures_keep_all_their_digits_and_never_are_nan) {
    point_record record = sample_point(8, 0.1 + 0.2);
    record.busbw_gbps = std::numeric_limits<double>::quiet_NaN();
    const auto rows = read_csv(print_run(output_format::csv, {record}));
    for (std::size_t i = 0; i < rows[0].size(); ++i) {
        if (rows[0][i] == "time_us") {
            EXPECT_EQ(std::stod(rows[1][i]), 0.1 + 0.2);
        }
        if (rows[0][i] == "busbw_gbps") {
            EXPECT_EQ(rows[1][i], "");
        }
    }
}

}  // namespace
}  // namespace railgauge
