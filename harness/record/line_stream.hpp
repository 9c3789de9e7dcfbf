// Turns chunks of a results file into records, a line at a time.
#pragma once

#include <string>
#include <string_view>

#include "harness/record/results_reader.hpp"

namespace railgauge {

/// Feed the file in chunks of any size, then ask for the outcome. Throws input_error.
class line_stream {
public:
    line_stream(std::string name, results_visitor& visitor, const read_options& options)
        : name_(std::move(name)), visitor_(visitor), options_(options) {}

    void feed(std::string_view chunk);
    [[nodiscard]] read_outcome finish() const;

private:
    void take(std::string_view line);
    void dispatch(std::string_view line);
    void check_order(const std::string& kind) const;

    std::string name_;
    results_visitor& visitor_;
    read_options options_;
    std::string begun_;  // a line whose end has not come yet
    read_outcome outcome_;
    bool newer_minor_ = false;
};

}  // namespace railgauge
