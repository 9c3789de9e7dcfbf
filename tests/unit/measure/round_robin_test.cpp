#include "harness/measure/round_robin.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <utility>

namespace railgauge {
namespace {

TEST(round_robin, meets_every_pair_once_in_disjoint_rounds) {
    for (int players = 2; players <= 65; ++players) {
        std::set<std::pair<int, int>> met;
        const int rounds = round_robin_rounds(players);
        EXPECT_EQ(rounds, players % 2 == 0 ? players - 1 : players);
        for (int round = 0; round < rounds; ++round) {
            int byes = 0;
            for (int player = 0; player < players; ++player) {
                const auto partner = round_robin_partner(players, round, player);
                if (!partner) {
                    ++byes;
                    continue;
                }
                ASSERT_NE(*partner, player);
                ASSERT_GE(*partner, 0);
                ASSERT_LT(*partner, players);
                // Disjoint: whoever I meet meets me.
                ASSERT_EQ(round_robin_partner(players, round, *partner), player);
                if (player < *partner) {
                    ASSERT_TRUE(met.emplace(player, *partner).second)
                        << players << " players, " << player << " and " << *partner << " again";
                }
            }
            EXPECT_EQ(byes, players % 2);
        }
        EXPECT_EQ(met.size(), static_cast<std::size_t>(players * (players - 1) / 2));
    }
}

TEST(round_robin, slots_are_the_pairs_of_the_round) {
    for (int players = 2; players <= 65; ++players) {
        for (int round = 0; round < round_robin_rounds(players); ++round) {
            std::set<std::pair<int, int>> slots;
            for (int slot = 0; slot < round_robin_pairs(players); ++slot) {
                const auto [low, high] = round_robin_pair(players, round, slot);
                ASSERT_LT(low, high);
                ASSERT_EQ(round_robin_partner(players, round, low), high);
                slots.emplace(low, high);
            }
            ASSERT_EQ(slots.size(), static_cast<std::size_t>(players / 2));
        }
    }
}

TEST(round_robin, needs_no_table_for_many_players) {
    constexpr int players = 1'000'000;
    const int round = 765'432;
    for (const int player : {0, 1, 499'999, 999'998, 999'999}) {
        const auto partner = round_robin_partner(players, round, player);
        ASSERT_TRUE(partner);
        EXPECT_EQ(round_robin_partner(players, round, *partner), player);
    }
}

TEST(round_robin, has_no_round_without_two_players) {
    EXPECT_EQ(round_robin_rounds(0), 0);
    EXPECT_EQ(round_robin_rounds(1), 0);
}

}  // namespace
}  // namespace railgauge
