// Changes that somebody accepted: who, when and why, kept beside the baseline.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "harness/compare/round_value.hpp"

namespace railgauge {

/// A point or class that may take `ratio` times the baseline's time.
struct acceptance {
    std::string series;  ///< as gated::name
    double ratio = 1;
    std::string who;
    std::string when;  ///< ISO 8601
    std::string why;
    round_value of_rounds = round_value::median;  ///< what was compared
};

/// The file in a baseline's folder: JSON Lines, one acceptance each, added to and never rewritten.
[[nodiscard]] std::string acceptance_file(const std::string& baseline);

/// None where there is no file. Throws input_error with the line of a bad one.
[[nodiscard]] std::vector<acceptance> read_acceptances(const std::string& baseline);

/// Throws system_error.
void add_acceptances(const std::string& baseline, const std::vector<acceptance>& accepted);

/// The latest for each series, of those of which the same was compared.
[[nodiscard]] std::map<std::string, acceptance> latest(const std::vector<acceptance>& all,
                                                       round_value of_rounds);

}  // namespace railgauge
