// What decisions are taken with: ratios of pairs and the plateau of the noise.
#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <stdexcept>
#include <vector>

#include "harness/stats/paired_ratio.hpp"

namespace railgauge::stats {
namespace {

TEST(paired_ratio, interval_is_that_of_the_sign_test) {
    const std::vector<double> first{2, 4, 8, 16, 32, 64, 128};
    const std::vector<double> second{1, 1, 1, 1, 1, 1, 1};
    const ratio_estimate estimate = paired_ratio(first, second);
    EXPECT_EQ(estimate.pairs, 7U);
    EXPECT_DOUBLE_EQ(estimate.ratio, 16);
    EXPECT_DOUBLE_EQ(*estimate.low, 2);  // seven pairs at 95 %: the extremes
    EXPECT_DOUBLE_EQ(*estimate.high, 128);
    EXPECT_TRUE(estimate.within(1.9, 129));
    EXPECT_FALSE(estimate.within(2.1, 129));
}

TEST(paired_ratio, median_of_an_even_count_is_geometric) {
    EXPECT_DOUBLE_EQ(paired_ratio(std::vector<double>{1, 4}, std::vector<double>{1, 1}).ratio, 2);
}

TEST(paired_ratio, below_six_pairs_gives_no_interval) {
    const std::vector<double> five(5, 2.0);
    const ratio_estimate estimate = paired_ratio(five, five);
    EXPECT_DOUBLE_EQ(estimate.ratio, 1);
    EXPECT_FALSE(estimate.low);
    EXPECT_FALSE(estimate.within(0, 9));
}

TEST(paired_ratio, pairs_cancel_what_drifts_for_both) {
    std::mt19937_64 random(9);
    std::vector<double> first;
    std::vector<double> second;
    for (int launch = 0; launch < 9; ++launch) {
        const double machine = 1.0 + static_cast<double>(random() % 100);
        first.push_back(machine * 1.1);
        second.push_back(machine);
    }
    const ratio_estimate estimate = paired_ratio(first, second);
    EXPECT_NEAR(*estimate.low, 1.1, 1e-12);
    EXPECT_NEAR(*estimate.high, 1.1, 1e-12);
}

TEST(paired_ratio, refuses_what_has_no_ratio) {
    const std::vector<double> two{1, 2};
    EXPECT_THROW((void)paired_ratio(two, std::vector<double>{1}), std::invalid_argument);
    EXPECT_THROW((void)paired_ratio(two, std::vector<double>{1, 0}), std::invalid_argument);
    EXPECT_THROW((void)paired_ratio(two, std::vector<double>{1, std::nan("")}),
                 std::invalid_argument);
    EXPECT_TRUE(std::isnan(paired_ratio({}, {}).ratio));
}

}  // namespace
}  // namespace railgauge::stats
