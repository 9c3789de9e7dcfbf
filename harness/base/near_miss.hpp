// Which known word was probably meant.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace railgauge {

/// The Damerau-Levenshtein distance (restricted: no piece is edited twice): how many insertions,
/// deletions, substitutions and swaps of neighbours make one word from the other. Bytes, case
/// counts. O(|a| x |b|).
[[nodiscard]] std::size_t edit_distance(std::string_view a, std::string_view b);

/// The nearest candidate, the first of equals; nothing where even the nearest is no plausible
/// slip: further than a third of the longer word, or the word is over 64 bytes. Case and '-' for
/// '_' count as no difference.
[[nodiscard]] std::optional<std::string> near_miss(std::string_view word,
                                                   std::span<const std::string_view> candidates);

/// "; did you mean 'all_reduce'?" to put behind a message, or nothing.
[[nodiscard]] std::string did_you_mean(std::string_view word,
                                       std::span<const std::string_view> candidates);
[[nodiscard]] std::string did_you_mean(std::string_view word,
                                       const std::vector<std::string>& candidates);

}  // namespace railgauge
