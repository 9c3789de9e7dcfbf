// Paragraphs that comparisons and gates at a terminal have in common. Names that others chose are
// made printable; each ends with a newline or is empty.
#pragma once

#include <string>
#include <vector>

#include "harness/compare/join.hpp"
#include "harness/compare/provenance_difference.hpp"
#include "harness/compare/verdict.hpp"

namespace railgauge {

/// "A  results/old: 1 run, 10 launches", and what was wrong with its files.
[[nodiscard]] std::string side_text(const std::string& label, const result_set& set);
[[nodiscard]] std::string problems_text(const result_set& set);

/// What differs in what the sides were measured on, the most telling first.
[[nodiscard]] std::string provenance_text(const std::vector<provenance_difference>& differences);

/// How many points were not compared, and why not; `a` and `b` name the sides.
[[nodiscard]] std::string not_compared_text(const joined_sets& joined, const std::string& a,
                                            const std::string& b);

/// "1.034 [1.021, 1.050]", without the brackets where there is no interval, "-" without a ratio.
[[nodiscard]] std::string ratio_text(const compared_ratio& ratio);

/// "3.2 %"; "-" where it is not finite.
[[nodiscard]] std::string share_text(double share);

}  // namespace railgauge
