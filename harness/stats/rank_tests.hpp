// Tests of two samples that know only order: Mann-Whitney's and the sign test.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace railgauge::stats {

struct mann_whitney_result {
    double u = 0;        ///< pairs (one of each side) in which the first is greater; ties count 1/2
    double p_value = 1;  ///< two-sided
    bool exact = false;
};

/// Two independent samples (Mann and Whitney, Annals of Mathematical Statistics 18, 1947). Exact
/// where one side has at most eight values and none is tied, else the normal approximation with
/// correction for ties and continuity, as scipy.stats.mannwhitneyu. Finite values in any order;
/// p is 1 where a side is empty or all values are equal. O(n log n), exact O(n m min(n, m)).
/// Samples of one launch are no replicates: hand it launches' medians.
[[nodiscard]] mann_whitney_result mann_whitney(std::span<const double> first,
                                               std::span<const double> second);

struct sign_test_result {
    std::size_t above = 0;
    std::size_t below = 0;
    double p_value = 1;  ///< two-sided, exact; zeros are left out
};

/// Are differences as often above zero as below? Conover, Practical Nonparametric Statistics, 3.4.
[[nodiscard]] sign_test_result sign_test(std::span<const double> differences);

}  // namespace railgauge::stats
