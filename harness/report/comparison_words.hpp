// What comparisons say alike at a terminal, in Markdown and in HTML; nothing is escaped.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "harness/compare/comparison.hpp"

namespace railgauge {

/// The points' places in found.points: slower first, then faster, then what is not clear; within
/// these by the size of the effect.
[[nodiscard]] std::vector<std::size_t> by_interest(const comparison& found);

/// In GB/s, A's and B's, where the point has a bandwidth alone; its times are then those of a byte.
[[nodiscard]] std::optional<std::pair<double, double>> bandwidths_of(const compared_point& point,
                                                                     const point_table& table);

/// "3 of 10 pairs" where the point was not measured alike in all of them, else "".
[[nodiscard]] std::string pairs_words(const compared_ratio& time, const joined_sets& joined);

/// "10 launches", and what of their rounds counts where that is not the median.
[[nodiscard]] std::string launches_words(const result_set& set);

/// That some points have fewer pairs because launches of them began another way, else "".
[[nodiscard]] std::string fewer_pairs_words(const joined_sets& joined);

/// "14 points, 8 pairs of launches", and what that does not allow to tell. Ends with a full stop.
[[nodiscard]] std::string trust_words(const comparison& found);

/// "all_reduce, up to 8 KiB"; "all operations".
[[nodiscard]] std::string class_words(const point_class& of);

}  // namespace railgauge
