#include "harness/compare/power.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "harness/compare/baseline_spread.hpp"
#include "harness/stats/distributions.hpp"
#include "harness/stats/sign_flips.hpp"

namespace railgauge {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

}  // namespace

double student_of(double statistic, std::size_t pairs) noexcept {
    const auto n = static_cast<double>(pairs);
    const double left = n - statistic * statistic;
    if (pairs < 2 || !(left > 1e-9 * n)) return statistic > 0 ? infinity : -infinity;
    return statistic * std::sqrt((n - 1) / left);
}

double detectable_log_ratio(double spread, std::size_t pairs, double critical) noexcept {
    if (pairs < 2 || !std::isfinite(critical)) return infinity;
    if (!(spread > 0)) return 0;
    const double t = student_of(critical, pairs);
    const auto n = static_cast<double>(pairs);
    return (t + stats::student_quantile(promised_power, n - 1)) * spread / std::sqrt(n);
}

std::size_t pairs_to_detect(double log_ratio, double spread, double alpha, std::size_t least,
                            std::size_t most) noexcept {
    if (!(log_ratio > 0)) return most;
    for (std::size_t pairs = least < 2 ? 2 : least; pairs < most; ++pairs) {
        const auto n = static_cast<double>(pairs);
        const double reach = stats::student_quantile(1 - alpha, n - 1) +
                             stats::student_quantile(promised_power, n - 1);
        if (reach * spread / std::sqrt(n) <= log_ratio) return pairs;
    }
    return most;
}

gate_reach reach_of(const series_noise& noise, std::size_t pairs,
                    const gate_tests& tests) noexcept {
    gate_reach result;
    // A baseline of as many launches has half as many pairs of its own.
    const double floor = floor_of(noise.baseline_spread, pairs / 2, pairs);
    result.threshold = std::max(tests.least_effect, floor);
    result.detectable = infinity;
    if (pairs < 2 || stats::least_p(pairs, stats::tail::upper) > tests.alpha) return result;
    const auto n = static_cast<double>(pairs);
    const double alpha = tests.alpha / static_cast<double>(std::max<std::size_t>(1, tests.series));
    const double reach =
        stats::student_quantile(1 - alpha, n - 1) + stats::student_quantile(promised_power, n - 1);
    result.detectable =
        std::expm1(std::log1p(result.threshold) + reach * noise.spread / std::sqrt(n));
    return result;
}

std::size_t launches_to_reach(double slowdown, const series_noise& noise, const gate_tests& tests,
                              std::size_t most) noexcept {
    std::size_t too_few = 1;
    std::size_t enough = most;
    while (enough - too_few > 1) {
        const std::size_t middle = too_few + (enough - too_few) / 2;
        const bool reached = reach_of(noise, middle, tests).detectable <= slowdown;
        (reached ? enough : too_few) = middle;
    }
    return enough;
}

}  // namespace railgauge
