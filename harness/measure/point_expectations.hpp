// Holds measured points against what was expected of them.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "harness/record/point_record.hpp"
#include "harness/topology/expectations.hpp"

namespace railgauge {

class point_expectations {
public:
    /// `versions`: of the libraries, by backend.
    point_expectations(std::vector<expectation> expected,
                       std::map<std::string, std::string> versions)
        : expected_(std::move(expected)), versions_(std::move(versions)) {}

    /// Flags a row that is below ("below-expectation") or above ("above-expectation") one that fits
    /// it. True where it is below.
    bool judge(point_record& row) const;

    /// Whether one of them is about this row, which was measured.
    [[nodiscard]] bool any_fits(const point_record& row) const;

private:
    [[nodiscard]] bool fits(const expectation& one, const point_record& row) const;

    std::vector<expectation> expected_;
    std::map<std::string, std::string> versions_;
};

}  // namespace railgauge
