#include "harness/stats/quantile.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace railgauge::stats {
namespace {

using iterator = std::span<double>::iterator;

struct place {
    std::size_t below;
    double share;  // of the way to the next order statistic
};

place place_of(std::size_t n, double q) noexcept {
    const double position = std::clamp(q, 0.0, 1.0) * static_cast<double>(n - 1);
    const double floor = std::floor(position);
    return {static_cast<std::size_t>(floor), position - floor};
}

// The two branches are equal in exact arithmetic; each is exact at its own end, as numpy does it.
double between(double low, double high, double share) noexcept {
    const double difference = high - low;
    return share < 0.5 ? low + difference * share : high - difference * (1.0 - share);
}

// Ranks count from `origin`; those given lie within [first, last).
void order_part(iterator origin, iterator first, iterator last,
                std::span<const std::size_t> ranks) noexcept {
    if (ranks.empty()) return;
    // The middle rank splits both the values and the other ranks: no part is looked at twice.
    const std::size_t middle = ranks.size() / 2;
    const auto at = origin + static_cast<std::ptrdiff_t>(ranks[middle]);
    std::nth_element(first, at, last);
    const auto [equal, above] = std::equal_range(ranks.begin(), ranks.end(), ranks[middle]);
    order_part(origin, first, at, {ranks.begin(), equal});
    order_part(origin, at + 1, last, {above, ranks.end()});
}

}  // namespace

double quantile_sorted(std::span<const double> sorted, double q) noexcept {
    if (sorted.empty()) return std::numeric_limits<double>::quiet_NaN();
    const auto [below, share] = place_of(sorted.size(), q);
    const std::size_t above = std::min(below + 1, sorted.size() - 1);
    return between(sorted[below], sorted[above], share);
}

double quantile_in_place(std::span<double> values, double q) noexcept {
    if (values.empty()) return std::numeric_limits<double>::quiet_NaN();
    const auto [below, share] = place_of(values.size(), q);
    const auto at = values.begin() + static_cast<std::ptrdiff_t>(below);
    std::nth_element(values.begin(), at, values.end());
    // All that stands behind is at least as large, so the next order statistic is its minimum.
    const double high = at + 1 == values.end() ? *at : *std::min_element(at + 1, values.end());
    return between(*at, high, share);
}

double quantile(std::span<const double> values, double q) {
    std::vector<double> copy(values.begin(), values.end());
    return quantile_in_place(copy, q);
}

double median(std::span<const double> values) {
    return quantile(values, 0.5);
}

void partial_order(std::span<double> values, std::span<const std::size_t> ranks) noexcept {
    order_part(values.begin(), values.begin(), values.end(), ranks);
}

}  // namespace railgauge::stats
