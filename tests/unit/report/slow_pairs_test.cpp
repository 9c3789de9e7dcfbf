#include "harness/report/slow_pairs.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <random>
#include <vector>

namespace railgauge {
namespace {

using factor = std::function<double(int from, int to)>;

std::vector<pair_value> pairs(int ends, double noise, std::mt19937& random, const factor& slow,
                              bool both_ways_alike = false) {
    std::normal_distribution<double> normal(0, noise);
    std::vector<pair_value> cells;
    for (int from = 0; from < ends; ++from) {
        for (int to = 0; to < from; ++to) {
            const double there = std::exp(normal(random));
            const double back = both_ways_alike ? there : std::exp(normal(random));
            cells.push_back({from, to, 12.5 * there * slow(from, to), 0});
            cells.push_back({to, from, 12.5 * back * slow(to, from), 0});
        }
    }
    return cells;
}

double alike(int, int) {
    return 1;
}

TEST(find_slow_pairs, finds_nothing_in_noise) {
    std::mt19937 random(20260131);
    for (const double noise : {0.0, 0.01, 0.03, 0.05}) {
        for (const int ends : {2, 3, 4, 6, 8, 12, 16, 33}) {
            int alarms = 0;
            for (int trial = 0; trial < 60; ++trial) {
                const auto cells = pairs(ends, noise, random, alike, trial % 2 == 0);
                const slow_pairs found = find_slow_pairs(cells);
                alarms += !found.ends.empty() || !found.paths.empty();
            }
            EXPECT_EQ(alarms, 0) << ends << " ends, noise " << noise;
        }
    }
}

TEST(find_slow_pairs, names_a_slow_end) {
    std::mt19937 random(1);
    for (const int ends : {3, 4, 8, 20}) {
        const auto cells = pairs(ends, 0.02, random,
                                 [](int from, int to) { return from == 1 || to == 1 ? 0.3 : 1; });
        const slow_pairs found = find_slow_pairs(cells);
        ASSERT_EQ(found.ends.size(), 1U) << ends;
        EXPECT_EQ(found.ends[0].end, 1);
        EXPECT_TRUE(found.ends[0].sending && found.ends[0].receiving);
        EXPECT_NEAR(found.ends[0].value, 0.3 * 12.5, 0.5);
        EXPECT_NEAR(found.typical, 12.5, 1.5);
        EXPECT_TRUE(found.paths.empty()) << ends;
    }
}

TEST(find_slow_pairs, names_the_direction_of_an_end) {
    std::mt19937 random(2);
    for (const int ends : {3, 4, 8, 20}) {
        const auto cells =
            pairs(ends, 0.02, random, [](int from, int) { return from == 2 ? 0.4 : 1; });
        const slow_pairs found = find_slow_pairs(cells);
        ASSERT_EQ(found.ends.size(), 1U) << ends;
        EXPECT_EQ(found.ends[0].end, 2);
        EXPECT_TRUE(found.ends[0].sending);
        EXPECT_FALSE(found.ends[0].receiving);
        EXPECT_TRUE(found.paths.empty());
    }
}

TEST(find_slow_pairs, names_a_path) {
    std::mt19937 random(3);
    for (const int ends : {3, 4, 8, 20}) {
        const auto cells = pairs(ends, 0.02, random,
                                 [](int from, int to) { return from == 0 && to == 2 ? 0.4 : 1; });
        const slow_pairs found = find_slow_pairs(cells);
        EXPECT_TRUE(found.ends.empty()) << ends;
        ASSERT_EQ(found.paths.size(), 1U) << ends;
        EXPECT_EQ(found.paths[0].from, 0);
        EXPECT_EQ(found.paths[0].to, 2);
        EXPECT_NEAR(found.paths[0].value / found.paths[0].expected, 0.4, 0.06);
        EXPECT_EQ(found.paths[0].weak_end, -1) << "both are fine with others";
    }
}

// Seen among four hosts of two rails, of which UCX used one or both; a link of host 2 was slow.
TEST(find_slow_pairs, says_which_end_of_a_path_is_weak_where_ends_differ_too_much_for_a_verdict) {
    const std::vector<std::vector<double>> seen{{0, 0.125, 0.0304, 0.122},
                                                {0.125, 0, 0.0149, 0.251},
                                                {0.0298, 0.0150, 0, 0.0149},
                                                {0.109, 0.242, 0.0149, 0}};
    std::vector<pair_value> cells;
    for (int from = 0; from < 4; ++from) {
        for (int to = 0; to < 4; ++to) {
            const double value = seen[static_cast<std::size_t>(from)][static_cast<std::size_t>(to)];
            if (from != to) cells.push_back({from, to, value, 0});
        }
    }
    const slow_pairs found = find_slow_pairs(cells);
    ASSERT_EQ(found.paths.size(), 4U);
    for (const slow_path& path : found.paths) {
        EXPECT_EQ(path.weak_end, 2);
        EXPECT_NEAR(path.weak_value, 0.030, 0.001);
    }
}

TEST(find_slow_pairs, tells_a_slow_end_from_a_slow_path_beside_it) {
    std::mt19937 random(4);
    const auto cells = pairs(10, 0.02, random, [](int from, int to) {
        const double end = from == 3 || to == 3 ? 0.5 : 1;
        return from == 7 && to == 8 ? 0.3 : end;
    });
    const slow_pairs found = find_slow_pairs(cells);
    ASSERT_EQ(found.ends.size(), 1U);
    EXPECT_EQ(found.ends[0].end, 3);
    ASSERT_EQ(found.paths.size(), 1U);
    EXPECT_EQ(found.paths[0].from, 7);
}

TEST(find_slow_pairs, does_not_name_a_path_whose_interval_reaches_the_others) {
    std::mt19937 random(5);
    auto cells =
        pairs(8, 0.01, random, [](int from, int to) { return from == 0 && to == 2 ? 0.5 : 1; });
    EXPECT_EQ(find_slow_pairs(cells).paths.size(), 1U);
    for (pair_value& cell : cells) cell.at_best = cell.value * 2;
    EXPECT_TRUE(find_slow_pairs(cells).paths.empty());
}

TEST(find_slow_pairs, needs_three_ends) {
    const std::vector<pair_value> two{{0, 1, 1.0, 0}, {1, 0, 0.1, 0}};
    EXPECT_TRUE(find_slow_pairs(two).ends.empty());
    EXPECT_TRUE(find_slow_pairs(two).paths.empty());
    EXPECT_TRUE(find_slow_pairs({}).ends.empty());
    const std::vector<pair_value> one{{4, 9, 1.0, 0}};
    EXPECT_TRUE(find_slow_pairs(one).paths.empty());
}

}  // namespace
}  // namespace railgauge
