#include "harness/stats/rank_tests.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>
#include <vector>

namespace railgauge::stats {
namespace {

constexpr std::size_t exact_up_to = 8;

struct ranked {
    double first_ranks = 0;  // the sum of the first side's ranks, counted from 1
    double ties = 0;         // the sum of t^3 - t
};

ranked rank(std::span<const double> first, std::span<const double> second) {
    std::vector<std::pair<double, bool>> all;
    all.reserve(first.size() + second.size());
    for (const double value : first) all.emplace_back(value, true);
    for (const double value : second) all.emplace_back(value, false);
    std::sort(all.begin(), all.end());
    ranked result;
    for (std::size_t from = 0; from < all.size();) {
        std::size_t to = from;
        std::size_t of_first = 0;
        while (to < all.size() && all[to].first == all[from].first) {
            of_first += all[to].second ? 1 : 0;
            ++to;
        }
        const auto tied = static_cast<double>(to - from);
        result.first_ranks +=
            static_cast<double>(of_first) * (static_cast<double>(from + to) + 1) / 2;
        result.ties += tied * tied * tied - tied;
        from = to;
    }
    return result;
}

// P(U >= u): the number of ways to get U is that of partitions in a box, one value at a time.
double exact_upper_tail(std::size_t n, std::size_t m, double u) {
    const std::size_t most = n * m;
    std::vector<double> ways(most + 1, 0.0);
    ways[0] = 1;
    for (std::size_t i = 1; i <= n; ++i) {
        // Times (1 - q^(m+i)) / (1 - q^i): the Gaussian binomial coefficient's recurrence.
        for (std::size_t k = most + 1; k-- > m + i;) ways[k] -= ways[k - m - i];
        for (std::size_t k = i; k <= most; ++k) ways[k] += ways[k - i];
    }
    double above = 0;
    double all = 0;
    for (std::size_t k = 0; k <= most; ++k) {
        all += ways[k];
        if (static_cast<double>(k) >= u) above += ways[k];
    }
    return above / all;
}

}  // namespace

mann_whitney_result mann_whitney(std::span<const double> first, std::span<const double> second) {
    const std::size_t least = std::min(first.size(), second.size());
    if (least == 0) return {};
    const auto n = static_cast<double>(first.size());
    const auto m = static_cast<double>(second.size());
    const ranked ranks = rank(first, second);
    mann_whitney_result result;
    result.u = ranks.first_ranks - n * (n + 1) / 2;
    const double greater = std::max(result.u, n * m - result.u);
    result.exact = least <= exact_up_to && ranks.ties == 0;
    if (result.exact) {
        result.p_value =
            2 * exact_upper_tail(least, std::max(first.size(), second.size()), greater);
    } else {
        const double all = n + m;
        const double variance = n * m / 12 * (all + 1 - ranks.ties / (all * (all - 1)));
        if (!(variance > 0)) return result;
        const double z = (greater - n * m / 2 - 0.5) / std::sqrt(variance);
        result.p_value = std::erfc(z / std::numbers::sqrt2);
    }
    result.p_value = std::min(result.p_value, 1.0);
    return result;
}

sign_test_result sign_test(std::span<const double> differences) {
    sign_test_result result;
    for (const double value : differences) {
        result.above += value > 0 ? 1 : 0;
        result.below += value < 0 ? 1 : 0;
    }
    const std::size_t n = result.above + result.below;
    if (n == 0) return result;
    long double tail = 0;
    for (std::size_t k = 0; k <= std::min(result.above, result.below); ++k) {
        tail += std::exp(std::lgamma(static_cast<long double>(n) + 1) -
                         std::lgamma(static_cast<long double>(k) + 1) -
                         std::lgamma(static_cast<long double>(n - k) + 1) -
                         static_cast<long double>(n) * std::numbers::ln2_v<long double>);
    }
    result.p_value = static_cast<double>(std::min(1.0L, 2 * tail));
    return result;
}

}  // namespace railgauge::stats
