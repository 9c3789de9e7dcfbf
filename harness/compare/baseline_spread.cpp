#include "harness/compare/baseline_spread.hpp"

#include <cmath>

#include "harness/stats/distributions.hpp"

namespace railgauge {

halves split_in_turns(const result_set& set) {
    halves result;
    result.even.name = set.name + " (even launches)";
    result.odd.name = set.name + " (odd launches)";
    result.even.runs = result.odd.runs = set.runs;
    result.even.of_rounds = result.odd.of_rounds = set.of_rounds;
    result.even.fastest_so_far = result.odd.fastest_so_far = set.fastest_so_far;
    for (std::size_t i = 0; i < set.launches.size(); ++i) {
        (i % 2 == 0 ? result.even : result.odd).launches.push_back(set.launches[i]);
    }
    for (set_entry entry : set.entries) {
        result_set& to = entry.launch % 2 == 0 ? result.even : result.odd;
        entry.launch /= 2;
        to.entries.push_back(entry);
    }
    return result;
}

chance_spread chance_spread_of(std::span<const double> log_ratios) {
    chance_spread result;
    for (const double value : log_ratios) {
        if (std::isnan(value)) continue;
        result.spread += value * value;
        ++result.n;
    }
    if (result.n > 0) result.spread = std::sqrt(result.spread / static_cast<double>(result.n));
    return result;
}

double floor_of(double spread, std::size_t n, std::size_t pairs) noexcept {
    if (n < 2 || pairs == 0) return 0;
    const double t = stats::student_quantile(0.975, static_cast<double>(n));
    return std::expm1(t * spread / std::sqrt(static_cast<double>(pairs)));
}

}  // namespace railgauge
