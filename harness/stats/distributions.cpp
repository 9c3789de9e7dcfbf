#include "harness/stats/distributions.hpp"

#include <cmath>
#include <initializer_list>
#include <limits>
#include <numbers>

namespace railgauge::stats {
namespace {

// The continued fraction of the incomplete beta function (Abramowitz and Stegun 26.5.8), evaluated
// from the front by Lentz's method.
double beta_fraction(double a, double b, double x) noexcept {
    constexpr double tiny = 1e-300;
    double c = 1;
    double d = 1 / (1 - (a + b) * x / (a + 1));
    double result = d;
    for (int m = 1; m < 10'000; ++m) {
        for (const bool even : {true, false}) {
            const double numerator =
                even ? m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
                     : -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
            d = 1 + numerator * d;
            if (std::abs(d) < tiny) d = tiny;
            d = 1 / d;
            c = 1 + numerator / c;
            if (std::abs(c) < tiny) c = tiny;
            result *= c * d;
        }
        if (std::abs(c * d - 1) < std::numeric_limits<double>::epsilon()) break;
    }
    return result;
}

double incomplete_beta(double a, double b, double x) noexcept {
    if (x <= 0) return 0;
    if (x >= 1) return 1;
    const double front = std::exp(std::lgamma(a + b) - std::lgamma(a) - std::lgamma(b) +
                                  a * std::log(x) + b * std::log1p(-x));
    return x < (a + 1) / (a + b + 2) ? front * beta_fraction(a, b, x) / a
                                     : 1 - front * beta_fraction(b, a, 1 - x) / b;
}

// Where a rising function reaches p, for p within (0, 1/2]: bisection down to the last bit.
template <typename Function>
double solve(Function below, double p) noexcept {
    double low = -1;
    while (below(low) > p) low *= 2;
    double high = 0;
    for (;;) {
        const double middle = (low + high) / 2;
        if (middle == low || middle == high) return middle;
        (below(middle) < p ? low : high) = middle;
    }
}

template <typename Function>
double quantile_of(Function below, double p) noexcept {
    if (!(p >= 0 && p <= 1)) return std::numeric_limits<double>::quiet_NaN();
    constexpr double infinity = std::numeric_limits<double>::infinity();
    if (p == 0) return -infinity;
    if (p == 1) return infinity;
    if (p == 0.5) return 0;
    return p < 0.5 ? solve(below, p) : -solve(below, 1 - p);
}

}  // namespace

double normal_below(double z) noexcept {
    return std::erfc(-z / std::numbers::sqrt2) / 2;
}

double normal_quantile(double p) noexcept {
    return quantile_of(normal_below, p);
}

double student_below(double t, double degrees) noexcept {
    const double tail = incomplete_beta(degrees / 2, 0.5, degrees / (degrees + t * t)) / 2;
    return t < 0 ? tail : 1 - tail;
}

double student_quantile(double p, double degrees) noexcept {
    return quantile_of([degrees](double t) { return student_below(t, degrees); }, p);
}

}  // namespace railgauge::stats
