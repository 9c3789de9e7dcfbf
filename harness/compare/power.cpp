#include "harness/compare/power.hpp"

#include <cmath>
#include <limits>

#include "harness/stats/distributions.hpp"

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

}  // namespace railgauge
