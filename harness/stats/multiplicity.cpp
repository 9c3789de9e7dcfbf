#include "harness/stats/multiplicity.hpp"

#include <algorithm>
#include <cstddef>
#include <numeric>

namespace railgauge::stats {
namespace {

std::vector<std::size_t> ascending(std::span<const double> values) {
    std::vector<std::size_t> order(values.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(),
                     [values](std::size_t a, std::size_t b) { return values[a] < values[b]; });
    return order;
}

}  // namespace

std::vector<double> holm(std::span<const double> p_values) {
    const auto order = ascending(p_values);
    std::vector<double> adjusted(p_values.size());
    double greatest = 0;
    for (std::size_t i = 0; i < order.size(); ++i) {
        const auto left = static_cast<double>(order.size() - i);
        greatest = std::max(greatest, std::min(1.0, p_values[order[i]] * left));
        adjusted[order[i]] = greatest;
    }
    return adjusted;
}

std::vector<double> benjamini_hochberg(std::span<const double> p_values) {
    const auto order = ascending(p_values);
    std::vector<double> adjusted(p_values.size());
    double least = 1;
    for (std::size_t i = order.size(); i-- > 0;) {
        const double share = static_cast<double>(order.size()) / static_cast<double>(i + 1);
        least = std::min(least, p_values[order[i]] * share);
        adjusted[order[i]] = least;
    }
    return adjusted;
}

}  // namespace railgauge::stats
