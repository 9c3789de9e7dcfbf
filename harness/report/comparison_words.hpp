// What comparisons say alike at a terminal, in Markdown and in HTML; nothing is escaped.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "harness/compare/comparison.hpp"

namespace railgauge {

/// The points' places in found.points: slower first, then faster, then what is not clear; within
/// these by the size of the effect.
[[nodiscard]] std::vector<std::size_t> by_interest(const comparison& found);

/// "14 points, 8 pairs of launches", and what that does not allow to tell. Ends with a full stop.
[[nodiscard]] std::string trust_words(const comparison& found);

/// "all_reduce, up to 8 KiB"; "all operations".
[[nodiscard]] std::string class_words(const point_class& of);

}  // namespace railgauge
