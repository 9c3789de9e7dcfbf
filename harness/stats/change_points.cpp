#include "harness/stats/change_points.hpp"

#include <algorithm>
#include <cmath>
#include <random>

namespace railgauge::stats {
namespace {

// Of all parts between `bounds`, the best split; places count from the series' beginning.
change_point best_of_parts(std::span<const double> series, const std::vector<std::size_t>& bounds,
                           std::size_t least_part) {
    change_point best;
    for (std::size_t part = 0; part + 1 < bounds.size(); ++part) {
        const std::size_t from = bounds[part];
        change_point here = best_split(series.subspan(from, bounds[part + 1] - from), least_part);
        if (here.at == 0 || (best.at != 0 && here.energy <= best.energy)) continue;
        here.at += from;
        best = here;
    }
    return best;
}

double permuted_p(std::span<const double> series, const std::vector<std::size_t>& bounds,
                  double energy, const change_options& options, std::mt19937_64& random) {
    std::vector<double> mixed(series.begin(), series.end());
    std::size_t as_great = 1;
    for (std::size_t i = 0; i < options.permutations; ++i) {
        for (std::size_t part = 0; part + 1 < bounds.size(); ++part) {
            std::shuffle(mixed.begin() + static_cast<std::ptrdiff_t>(bounds[part]),
                         mixed.begin() + static_cast<std::ptrdiff_t>(bounds[part + 1]), random);
        }
        as_great += best_of_parts(mixed, bounds, options.least_part).energy >= energy ? 1 : 0;
        if (options.enough > 0 && as_great > options.enough) {
            return static_cast<double>(options.enough) / static_cast<double>(i + 1);
        }
    }
    return static_cast<double>(as_great) / static_cast<double>(options.permutations + 1);
}

}  // namespace

change_point best_split(std::span<const double> series, std::size_t least_part) {
    change_point best;
    least_part = std::max<std::size_t>(least_part, 2);
    const std::size_t n = series.size();
    if (n < 2 * least_part) return best;
    // Sums of distances: within the left side, within the right side, and between them. A value
    // that changes sides takes its own distances along.
    double left = 0;
    double right = 0;
    double between = 0;
    for (std::size_t i = 0; i < n; ++i) {
        for (std::size_t k = i + 1; k < n; ++k) right += std::abs(series[i] - series[k]);
    }
    for (std::size_t at = 1; at + least_part <= n; ++at) {
        double to_left = 0;
        double to_right = 0;
        const double moved = series[at - 1];
        for (std::size_t i = 0; i + 1 < at; ++i) to_left += std::abs(moved - series[i]);
        for (std::size_t i = at; i < n; ++i) to_right += std::abs(moved - series[i]);
        left += to_left;
        right -= to_right;
        between += to_right - to_left;
        if (at < least_part) continue;
        const auto a = static_cast<double>(at);
        const auto b = static_cast<double>(n - at);
        const double distance =
            2 * between / (a * b) - 2 * left / (a * (a - 1)) - 2 * right / (b * (b - 1));
        const double energy = a * b / (a + b) * distance;
        if (best.at == 0 || energy > best.energy) best = {at, energy, 1};
    }
    return best;
}

change_point test_for_change(std::span<const double> series, const change_options& options) {
    std::mt19937_64 random(options.seed);
    change_point best = best_split(series, options.least_part);
    if (best.at == 0 || !(best.energy > 0)) return {};
    best.p_value = permuted_p(series, {0, series.size()}, best.energy, options, random);
    return best;
}

std::vector<change_point> find_changes(std::span<const double> series,
                                       const change_options& options) {
    std::vector<change_point> changes;
    std::vector<std::size_t> bounds{0, series.size()};
    std::mt19937_64 random(options.seed);
    for (;;) {
        change_point next = best_of_parts(series, bounds, options.least_part);
        if (next.at == 0 || !(next.energy > 0)) break;
        next.p_value = permuted_p(series, bounds, next.energy, options, random);
        if (next.p_value > options.alpha) break;
        bounds.insert(std::lower_bound(bounds.begin(), bounds.end(), next.at), next.at);
        changes.push_back(next);
    }
    std::sort(changes.begin(), changes.end(),
              [](const change_point& a, const change_point& b) { return a.at < b.at; });
    return changes;
}

}  // namespace railgauge::stats
