// Quantiles, the median's interval and the summary at their edges.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

#include "harness/stats/geometric_mean.hpp"
#include "harness/stats/median_interval.hpp"
#include "harness/stats/quantile.hpp"
#include "harness/stats/summary.hpp"

namespace railgauge::stats {
namespace {

TEST(quantile, of_nothing_is_nan) {
    EXPECT_TRUE(std::isnan(quantile({}, 0.5)));
    EXPECT_TRUE(std::isnan(quantile_sorted({}, 0.5)));
    EXPECT_TRUE(std::isnan(geometric_mean({})));
}

TEST(quantile, of_a_constant_is_that_constant_exactly) {
    const std::vector<double> values(7, 0.1);
    for (const double q : {0.0, 0.3, 0.5, 0.99, 1.0}) EXPECT_EQ(quantile(values, q), 0.1);
}

TEST(partial_order, puts_each_rank_where_sorting_would) {
    std::mt19937_64 random(7);
    for (int round = 0; round < 50; ++round) {
        std::vector<double> values(1 + random() % 300);
        for (double& value : values) value = static_cast<double>(random() % 50);
        std::vector<std::size_t> ranks(random() % 40);
        for (auto& rank : ranks) rank = random() % values.size();
        std::sort(ranks.begin(), ranks.end());
        auto sorted = values;
        std::sort(sorted.begin(), sorted.end());
        partial_order(values, ranks);
        for (const auto rank : ranks) EXPECT_EQ(values[rank], sorted[rank]);
        std::sort(values.begin(), values.end());
        EXPECT_EQ(values, sorted) << "no value may be lost";
    }
}

TEST(median_interval, needs_six_samples_at_95_percent) {
    for (std::uint64_t n = 0; n < 6; ++n) EXPECT_FALSE(median_interval_ranks(n));
    EXPECT_EQ(median_interval_ranks(6), (median_ranks{0, 5}));
    EXPECT_FALSE(median_interval_ranks(7, 0.99));
    EXPECT_EQ(median_interval_ranks(8, 0.99), (median_ranks{0, 7}));
}

TEST(median_interval, refuses_what_is_no_confidence) {
    for (const double confidence : {0.0, -1.0, 1.0, 2.0, std::nan("")}) {
        EXPECT_FALSE(median_interval_ranks(100, confidence)) << confidence;
    }
}

TEST(median_interval, covers_as_often_as_it_says) {
    std::mt19937_64 random(11);
    std::exponential_distribution<double> skewed(1.0);
    const double truth = std::log(2.0);
    int covered = 0;
    constexpr int rounds = 4000;
    for (int round = 0; round < rounds; ++round) {
        std::vector<double> values(41);
        for (double& value : values) value = skewed(random);
        const auto estimate = estimate_median_in_place(values);
        covered += *estimate.low <= truth && truth <= *estimate.high;
    }
    // Exact coverage for n = 41 is 97.2 %; four standard deviations of the count are 1.1 %.
    EXPECT_GT(covered, rounds * 0.95);
    EXPECT_LT(covered, rounds * 0.985);
}

TEST(median_estimate, half_width_is_relative_to_the_median) {
    EXPECT_DOUBLE_EQ(*(median_estimate{10, 9.0, 12.0}.relative_half_width()), 0.15);
    EXPECT_FALSE((median_estimate{10, {}, {}}.relative_half_width()));
    EXPECT_FALSE((median_estimate{0, -1.0, 1.0}.relative_half_width()));
}

TEST(summary, agrees_with_its_parts) {
    std::mt19937_64 random(3);
    for (const std::size_t n : {1, 2, 5, 6, 7, 100, 4001}) {
        std::vector<double> samples(n);
        for (double& sample : samples) sample = 5 + static_cast<double>(random() % 1000) / 64;
        const sample_summary summary = summarise(samples);
        EXPECT_EQ(summary.n, n);
        EXPECT_EQ(summary.min, *std::min_element(samples.begin(), samples.end()));
        EXPECT_EQ(summary.max, *std::max_element(samples.begin(), samples.end()));
        EXPECT_DOUBLE_EQ(summary.p25, quantile(samples, 0.25));
        EXPECT_DOUBLE_EQ(summary.p50, median(samples));
        EXPECT_DOUBLE_EQ(summary.p95, quantile(samples, 0.95));
        EXPECT_DOUBLE_EQ(summary.p99, quantile(samples, 0.99));
        const auto estimate = estimate_median(samples);
        EXPECT_EQ(summary.ci_low, estimate.low);
        EXPECT_EQ(summary.ci_high, estimate.high);
        EXPECT_EQ(summary.ci_low.has_value(), n >= 6);
    }
    EXPECT_THROW((void)summarise({}), std::invalid_argument);
}

}  // namespace
}  // namespace railgauge::stats
