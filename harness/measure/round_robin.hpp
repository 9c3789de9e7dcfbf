// Every pair of n players once, in rounds of disjoint pairs: the circle method of tournaments (one
// player stays, the others turn around it).
#pragma once

#include <cstdint>
#include <optional>
#include <utility>

namespace railgauge {

/// Rounds in which every pair meets once: n - 1 for even n, n for odd n (one player has a bye in
/// each), 0 below two players. Requires players >= 0.
[[nodiscard]] int round_robin_rounds(int players) noexcept;

/// Pairs of one round: n / 2, rounded down.
[[nodiscard]] int round_robin_pairs(int players) noexcept;

/// Whom `player` meets in `round`; nothing where it has a bye. In O(1), so that no rank needs a
/// table of all pairs.
[[nodiscard]] std::optional<int> round_robin_partner(int players, int round, int player) noexcept;

/// Pair number `slot` of a round (of round_robin_pairs), the lower player first.
[[nodiscard]] std::pair<int, int> round_robin_pair(int players, int round, int slot) noexcept;

}  // namespace railgauge
