// Drift and humps: found where they are, and not where latencies are merely skewed or coarse.
#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <random>
#include <vector>

#include "harness/stats/drift.hpp"
#include "harness/stats/two_humped.hpp"

namespace railgauge::stats {
namespace {

using generator = std::mt19937_64;

std::vector<double> draw(std::size_t n, std::uint64_t seed,
                         const std::function<double(generator&, std::size_t)>& one) {
    generator random(seed);
    std::vector<double> values(n);
    for (std::size_t i = 0; i < n; ++i) values[i] = one(random, i);
    return values;
}

double normal(generator& random, double mean, double deviation) {
    return std::normal_distribution<double>(mean, deviation)(random);
}

// How many of 100 series of `n` are called two-humped.
int humped(std::size_t n, const std::function<double(generator&, std::size_t)>& one) {
    int found = 0;
    for (std::uint64_t seed = 1; seed <= 100; ++seed) {
        found += find_two_humps(draw(n, seed, one)).two_humped;
    }
    return found;
}

TEST(two_humped, finds_two_regimes) {
    for (const std::size_t n : {60, 400, 3000}) {
        EXPECT_GE(humped(n,
                         [](generator& random, std::size_t) {
                             return random() % 10 < 6 ? normal(random, 10, 0.5)
                                                      : normal(random, 20, 1);
                         }),
                  96)
            << n;
    }
}

TEST(two_humped, finds_a_regime_that_is_a_tenth) {
    EXPECT_GE(humped(2000,
                     [](generator& random, std::size_t) {
                         return random() % 10 == 0 ? normal(random, 20, 1)
                                                   : normal(random, 10, 0.5);
                     }),
              96);
}

TEST(two_humped, finds_regimes_that_alternate_in_large_samples) {
    const auto samples = draw(200000, 5, [](generator& random, std::size_t i) {
        return normal(random, i % 2 == 0 ? 10 : 14, 0.3);
    });
    EXPECT_TRUE(find_two_humps(samples).two_humped);
}

TEST(two_humped, leaves_skewed_latencies_alone) {
    for (const std::size_t n : {30, 100, 1000}) {
        EXPECT_LE(humped(n,
                         [](generator& random, std::size_t) {
                             return std::lognormal_distribution<double>(2, 0.8)(random);
                         }),
                  1);
        EXPECT_LE(humped(n,
                         [](generator& random, std::size_t) {
                             return 5 + std::exponential_distribution<double>(1)(random);
                         }),
                  1);
        EXPECT_LE(humped(n,
                         [](generator& random, std::size_t) {
                             return std::uniform_real_distribution<double>(1, 2)(random);
                         }),
                  2);
    }
}

TEST(two_humped, leaves_rare_spikes_alone) {
    EXPECT_EQ(humped(2000,
                     [](generator& random, std::size_t) {
                         return random() % 50 == 0 ? normal(random, 200, 10)
                                                   : normal(random, 10, 0.5);
                     }),
              0);
}

TEST(two_humped, leaves_a_coarse_clock_alone) {
    // 10 ns ticks, and times of a few of them.
    for (const double deviation : {0.01, 0.02, 0.05}) {
        EXPECT_LE(humped(1000,
                         [deviation](generator& random, std::size_t) {
                             return std::round(normal(random, 0.14, deviation) * 100) / 100;
                         }),
                  1)
            << deviation;
    }
}

TEST(two_humped, sees_regimes_through_a_coarse_clock) {
    EXPECT_GE(humped(500,
                     [](generator& random, std::size_t) {
                         const double mean = random() % 2 == 0 ? 0.14 : 0.40;
                         return std::round(normal(random, mean, 0.02) * 100) / 100;
                     }),
              96);
}

TEST(two_humped, ignores_humps_too_near_to_matter) {
    EXPECT_EQ(humped(2000,
                     [](generator& random, std::size_t) {
                         return normal(random, random() % 2 == 0 ? 10 : 10.2, 0.02);
                     }),
              0);
}

TEST(two_humped, does_not_judge_a_constant_or_a_few) {
    EXPECT_FALSE(find_two_humps(std::vector<double>(1000, 3.0)).two_humped);
    EXPECT_FALSE(find_two_humps(std::vector<double>{1, 1, 1, 9, 9, 9}).two_humped);
    EXPECT_FALSE(find_two_humps({}).two_humped);
    EXPECT_EQ(dip({}), 0);
    EXPECT_EQ(dip(std::vector<double>{4.0}), 0.5);
}

int drifting(std::size_t n, double change, double noise) {
    int found = 0;
    for (std::uint64_t seed = 1; seed <= 100; ++seed) {
        found += find_drift(draw(n, seed, [&](generator& random, std::size_t i) {
                     const double along = static_cast<double>(i) / static_cast<double>(n);
                     return normal(random, 10 * (1 + change * along), noise);
                 })).drifting;
    }
    return found;
}

TEST(drift, finds_rising_and_falling_series) {
    EXPECT_GE(drifting(100, 0.2, 0.5), 96);
    EXPECT_GE(drifting(100, -0.2, 0.5), 96);
    EXPECT_GE(drifting(20000, 0.1, 0.5), 96);
}

TEST(drift, leaves_steady_series_alone) {
    // p < 0.01 alone would call one of 100; the least change takes most of those away.
    EXPECT_LE(drifting(50, 0, 0.5), 4);
    EXPECT_EQ(drifting(5000, 0, 0.5), 0);
}

TEST(drift, ignores_what_is_too_small_to_matter) {
    EXPECT_EQ(drifting(5000, 0.005, 0.05), 0);
    // From the first quarter to the last it changes by three quarters of the whole: 3.75 %.
    EXPECT_EQ(drifting(5000, 0.05, 0.05), 0);
}

TEST(drift, finds_a_step) {
    const auto samples = draw(500, 1, [](generator& random, std::size_t i) {
        return normal(random, i < 300 ? 10 : 12, 0.3);
    });
    const drift_result result = find_drift(samples);
    EXPECT_TRUE(result.drifting);
    EXPECT_NEAR(result.change, 0.2, 0.02);
}

TEST(drift, does_not_judge_a_constant_or_a_few) {
    EXPECT_FALSE(find_drift(std::vector<double>(1000, 3.0)).drifting);
    EXPECT_FALSE(find_drift(std::vector<double>{1, 2, 3, 4, 5, 6, 7}).drifting);
    EXPECT_FALSE(find_drift({}).drifting);
    EXPECT_FALSE(find_drift(std::vector<double>(50, 0.0)).drifting);
}

}  // namespace
}  // namespace railgauge::stats
