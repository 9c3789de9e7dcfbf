// One line of a results file as a JSON value, parsed with limits that hostile input cannot pass.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace railgauge {

/// What is wrong with a line, and where in it; the reader adds the file and the line's number.
class line_error : public std::runtime_error {
public:
    line_error(std::uint64_t column, const std::string& message)
        : std::runtime_error(message), column_(column) {}

    [[nodiscard]] std::uint64_t column() const noexcept { return column_; }

private:
    std::uint64_t column_;
};

struct json_line {
    nlohmann::ordered_json object;
    std::vector<double> samples_us;  ///< of the line's own "samples_us", where wanted
};

/// Parses one JSON object. `samples_us` of the object itself never becomes JSON values: its numbers
/// are stored or skipped. Throws line_error for text that is not JSON (UTF-8, no NaN), nesting
/// deeper than 32, a name that stands twice in one object, more than 4,096 names in one object or
/// more than four million values.
[[nodiscard]] json_line parse_json_line(std::string_view line, bool want_samples);

/// The column (from 1) where `name` stands as a name or text for the first time; 1 if it does not.
[[nodiscard]] std::uint64_t column_of(std::string_view line, std::string_view name);

}  // namespace railgauge
