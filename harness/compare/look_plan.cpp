#include "harness/compare/look_plan.hpp"

#include <algorithm>
#include <cmath>

#include "harness/compare/comparison.hpp"

namespace railgauge {
namespace {

constexpr std::size_t most_early_looks = 4;
// Looks that lie nearer cost more than they save.
constexpr double least_step = 1.3;

}  // namespace

std::vector<look> plan_looks(std::size_t most_pairs, double alpha) {
    std::vector<look> looks;
    for (std::size_t early = most_early_looks; early > 0 && looks.empty(); --early) {
        const double share = alpha / 2 / static_cast<double>(early);
        // Half of a look's share is the points', half the classes'.
        const std::size_t first = least_pairs(share / 2, false);
        if (first >= most_pairs) continue;
        const double step = std::pow(static_cast<double>(most_pairs) / static_cast<double>(first),
                                     1 / static_cast<double>(early));
        if (early > 1 && step < least_step) continue;
        for (std::size_t i = 0; i < early; ++i) {
            const double pairs =
                static_cast<double>(first) * std::pow(step, static_cast<double>(i));
            looks.push_back({static_cast<std::size_t>(std::lround(pairs)), share});
        }
    }
    looks.push_back({most_pairs, alpha / 2});
    return looks;
}

}  // namespace railgauge
