// Gathers what a reader of another tool's file finds.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "harness/record/import.hpp"

namespace railgauge {

class import_builder {
public:
    import_builder(std::string_view file, const import_options& options)
        : file_(file), options_(options) {}

    [[nodiscard]] const import_options& options() const noexcept { return options_; }

    /// A part that is left out, because of `message`.
    void problem(std::uint64_t line, std::uint64_t column, std::string message);

    /// Ends the reading.
    [[noreturn]] void fail(std::uint64_t line, std::uint64_t column,
                           const std::string& message) const;

    /// What follows is another execution of the tool: the same measurement again is another launch.
    void begin_execution() { ++execution_; }

    /// A point whose only sample is `time_us`: a mean over `operations`, which is what a streamed
    /// sample is. Fills time_us, n and the bandwidths from it.
    void add_mean(point_record point, double time_us, std::uint64_t operations);

    /// Gives the point its place: equal keys have one index, and stand for another launch, or for
    /// another round within an execution.
    void add(point_record point);

    [[nodiscard]] bool empty() const noexcept { return run_.points.empty(); }
    /// What was left out so far: the first of them, and all of them counted.
    [[nodiscard]] const std::vector<import_problem>& problems() const noexcept {
        return run_.problems;
    }
    [[nodiscard]] std::uint64_t problem_count() const noexcept { return run_.problem_count; }
    void cut() noexcept { run_.cut = true; }

    /// `provenance` is a JSON object in text.
    [[nodiscard]] imported_run finish(std::string provenance_json);

private:
    struct place {
        std::int64_t index = 0;
        std::int32_t launch = 0;
        std::int64_t round = 0;
        int execution = 0;
    };

    std::string file_;
    import_options options_;
    imported_run run_;
    std::map<std::string, place> places_;  ///< by the key in text
    int execution_ = 0;
};

/// A point of which nothing is known yet: what a file may not say is not a number.
[[nodiscard]] point_record unknown_point();

}  // namespace railgauge
