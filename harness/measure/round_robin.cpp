#include "harness/measure/round_robin.hpp"

#include <algorithm>

namespace railgauge {
namespace {

// The players on the circle: all but the one that stays. With an odd number, nobody stays, and who
// would meet him has a bye.
int on_circle(int players) noexcept {
    return players % 2 == 0 ? players - 1 : players;
}

int turned(std::int64_t position, int circle) noexcept {
    return static_cast<int>(((position % circle) + circle) % circle);
}

}  // namespace

int round_robin_rounds(int players) noexcept {
    return players < 2 ? 0 : on_circle(players);
}

int round_robin_pairs(int players) noexcept {
    return players / 2;
}

std::optional<int> round_robin_partner(int players, int round, int player) noexcept {
    const int circle = on_circle(players);
    const bool even = players % 2 == 0;
    if (even && player == circle) return round;
    // Who sits opposite when `round` is at the top.
    const int partner = turned(2 * static_cast<std::int64_t>(round) - player, circle);
    if (partner != player) return partner;
    if (even) return circle;
    return std::nullopt;
}

std::pair<int, int> round_robin_pair(int players, int round, int slot) noexcept {
    const int circle = on_circle(players);
    const bool even = players % 2 == 0;
    if (even && slot == 0) return {round, circle};
    const int away = even ? slot : slot + 1;
    const int a = turned(static_cast<std::int64_t>(round) + away, circle);
    const int b = turned(static_cast<std::int64_t>(round) - away, circle);
    return {std::min(a, b), std::max(a, b)};
}

}  // namespace railgauge
