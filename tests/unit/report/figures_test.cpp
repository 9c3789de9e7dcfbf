#include "harness/report/figures.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace railgauge {
namespace {

time_summary around(double p50, std::optional<double> low, std::optional<double> high) {
    time_summary summary;
    summary.p50 = p50;
    summary.ci_low = low;
    summary.ci_high = high;
    return summary;
}

TEST(figures, times_take_the_unit_that_fits) {
    EXPECT_EQ(show_time(0.0312), "31.20 ns");
    EXPECT_EQ(show_time(0.312), "312.0 ns");
    EXPECT_EQ(show_time(0.99994), "999.9 ns");
    EXPECT_EQ(show_time(0.99996), "1.000 us");
    EXPECT_EQ(show_time(9.9996), "10.00 us");
    EXPECT_EQ(show_time(99.996), "100.0 us");
    EXPECT_EQ(show_time(999.96), "1.000 ms");
    EXPECT_EQ(show_time(12345.6), "12.35 ms");
    EXPECT_EQ(show_time(1.5e6), "1.500 s");
    EXPECT_EQ(show_time(0), "0.000 ns");
    EXPECT_EQ(show_time(std::numeric_limits<double>::quiet_NaN()), "-");
}

TEST(figures, an_interval_is_in_the_unit_of_its_median) {
    EXPECT_EQ(show_interval(around(1.0, 0.95, 1.2)), "[0.950, 1.200]");
    EXPECT_EQ(show_interval(around(999.0, 950, 1200)), "[950.0, 1200.0]");
    EXPECT_EQ(show_interval(around(1.0, std::nullopt, std::nullopt)), "-");
}

TEST(figures, bandwidths_keep_three_digits_at_least) {
    EXPECT_EQ(show_bandwidth(123.45), "123.5");
    EXPECT_EQ(show_bandwidth(1234.5), "1234");
    EXPECT_EQ(show_bandwidth(12.345), "12.35");
    EXPECT_EQ(show_bandwidth(0.0123), "0.0123");
    EXPECT_EQ(show_bandwidth(0.0000042), "4.2e-06");
    EXPECT_EQ(show_bandwidth(0.0), "0");
    EXPECT_EQ(show_bandwidth(std::nullopt), "-");
}

}  // namespace
}  // namespace railgauge
