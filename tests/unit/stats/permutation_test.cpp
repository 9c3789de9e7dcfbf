// What permutation tests, bootstrap and change points promise, on generated data.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>
#include <stdexcept>
#include <vector>

#include "harness/stats/bootstrap.hpp"
#include "harness/stats/change_points.hpp"
#include "harness/stats/geometric_mean.hpp"
#include "harness/stats/sign_flips.hpp"

namespace railgauge::stats {
namespace {

TEST(sign_flips, random_flips_come_near_to_all) {
    std::mt19937_64 random(3);
    std::normal_distribution<double> noise;
    std::vector<double> values(12 * 6);
    for (double& value : values) value = noise(random) + 0.3;
    const auto all = test_sign_flips(values, 6);
    const auto some = test_sign_flips(values, 6, {tail::both, 2000, 5});
    EXPECT_TRUE(all.exact);
    EXPECT_FALSE(some.exact);
    EXPECT_EQ(some.flips, 2000U);
    for (std::size_t i = 0; i < 6; ++i) {
        EXPECT_NEAR(some.p_value[i], all.p_value[i], 0.05);
        EXPECT_NEAR(some.adjusted[i], all.adjusted[i], 0.05);
    }
}

// Heavy tails, and launches that are slow at all sizes: what A/A comparisons look like.
TEST(sign_flips, false_alarms_stay_below_alpha) {
    std::mt19937_64 random(11);
    std::student_t_distribution<double> noise(2);
    int alarms = 0;
    constexpr int trials = 400;
    for (int trial = 0; trial < trials; ++trial) {
        std::vector<double> values(8 * 30);
        for (std::size_t pair = 0; pair < 8; ++pair) {
            const double common = noise(random);
            for (std::size_t i = 0; i < 30; ++i) values[pair * 30 + i] = common + noise(random);
        }
        const auto tests = test_sign_flips(values, 30);
        bool any = false;
        for (const double p : tests.adjusted) any = any || p <= 0.05;
        alarms += any ? 1 : 0;
    }
    EXPECT_LE(alarms, 34);  // 20 expected; more than 34 in one of a thousand such tests
}

TEST(sign_flips, a_pair_without_a_series_speaks_for_the_others_only) {
    const double gone = std::numeric_limits<double>::quiet_NaN();
    const std::vector<double> values{1, gone, 1, 2, 1, 3, 1, 4};
    const auto tests = test_sign_flips(values, 2);
    EXPECT_DOUBLE_EQ(tests.p_value[0], 1.0 / 8);
    EXPECT_DOUBLE_EQ(tests.p_value[1], 1.0 / 4);
}

TEST(sign_flips, few_pairs_cannot_reach_small_p) {
    EXPECT_DOUBLE_EQ(least_p(8, tail::both), 1.0 / 128);
    EXPECT_DOUBLE_EQ(least_p(8, tail::upper), 1.0 / 256);
    EXPECT_DOUBLE_EQ(least_p(0, tail::upper), 1);
    const auto tests = test_sign_flips(std::vector<double>(4, 1.0), 1);
    EXPECT_DOUBLE_EQ(tests.adjusted[0], 1.0 / 8);
    EXPECT_TRUE(std::isinf(tests.critical(0.05)));
}

TEST(sign_flips, refuses_what_is_no_table) {
    EXPECT_THROW((void)test_sign_flips(std::vector<double>(5), 2), std::invalid_argument);
    EXPECT_THROW((void)test_sign_flips(std::vector<double>(5), 0), std::invalid_argument);
    EXPECT_THROW((void)test_sign_flips(std::vector<double>{INFINITY, 1}, 1), std::invalid_argument);
    EXPECT_EQ(test_sign_flips({}, 3).adjusted, std::vector<double>(3, 1.0));
}

TEST(bootstrap, covers_the_mean_about_as_often_as_said) {
    std::mt19937_64 random(5);
    std::lognormal_distribution<double> noise(0, 0.3);
    int covered = 0;
    for (int trial = 0; trial < 200; ++trial) {
        std::vector<double> values(20);
        for (double& value : values) value = noise(random);
        const auto found = bootstrap(
            values, [](std::span<const double> of) { return geometric_mean(of); }, {400, 7, 0.95});
        ASSERT_TRUE(found);
        covered += found->low <= 1 && 1 <= found->high ? 1 : 0;
    }
    EXPECT_GE(covered, 174);
    EXPECT_FALSE(bootstrap(std::vector<double>{1}, [](auto) { return 1.0; }));
}

TEST(bootstrap, of_equal_values_is_that_value) {
    const auto found = bootstrap(std::vector<double>(5, 2.0), [](auto of) { return of[0]; });
    ASSERT_TRUE(found);
    EXPECT_EQ(found->low, 2);
    EXPECT_EQ(found->high, 2);
}

TEST(change_points, steps_are_found_where_they_are) {
    std::mt19937_64 random(2);
    std::normal_distribution<double> noise(0, 1);
    std::vector<double> series;
    for (int i = 0; i < 60; ++i) series.push_back(noise(random) + (i < 20 ? 0 : i < 45 ? 6 : 2));
    const auto changes = find_changes(series);
    ASSERT_EQ(changes.size(), 2U);
    EXPECT_EQ(changes[0].at, 20U);
    EXPECT_EQ(changes[1].at, 45U);
}

TEST(change_points, noise_alone_seldom_changes) {
    std::mt19937_64 random(8);
    std::student_t_distribution<double> noise(3);
    int found = 0;
    for (int trial = 0; trial < 100; ++trial) {
        std::vector<double> series(24);
        for (double& value : series) value = noise(random);
        found += find_changes(series).empty() ? 0 : 1;
    }
    EXPECT_LE(found, 13);  // 5 expected
}

TEST(change_points, short_and_constant_series_have_none) {
    EXPECT_TRUE(find_changes({}).empty());
    EXPECT_TRUE(find_changes(std::vector<double>(5, 1.0)).empty());
    EXPECT_TRUE(find_changes(std::vector<double>(40, 1.0)).empty());
}

}  // namespace
}  // namespace railgauge::stats
