#include "harness/stats/two_humped.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "harness/stats/quantile.hpp"

namespace railgauge::stats {
namespace {

constexpr std::size_t least_samples = 30;
constexpr std::size_t most_picks = 8192;

// The empirical distribution: at each different value its share below (the value from the left) and
// up to it (from the right).
struct steps {
    std::vector<double> at;
    std::vector<double> below;
    std::vector<double> upto;
};

steps empirical(std::span<const double> sorted) {
    steps result;
    const double n = static_cast<double>(sorted.size());
    for (std::size_t i = 0; i < sorted.size(); ++i) {
        if (i == 0 || sorted[i] != sorted[i - 1]) {
            result.at.push_back(sorted[i]);
            result.below.push_back(static_cast<double>(i) / n);
            result.upto.push_back(0);
        }
        result.upto.back() = static_cast<double>(i + 1) / n;
    }
    return result;
}

// The hull below (sign +1: greatest convex minorant) or above (sign -1: least concave majorant) the
// points (x, y) from `low` to `high`: the places where it touches, and its height at every place.
struct hull {
    std::vector<std::size_t> touches;
    std::vector<double> height;  // of place low + i
};

hull hull_of(const std::vector<double>& x, const std::vector<double>& y, std::size_t low,
             std::size_t high, double sign) {
    hull result;
    auto& stack = result.touches;
    for (std::size_t i = low; i <= high; ++i) {
        while (stack.size() >= 2) {
            const std::size_t b = stack.back();
            const std::size_t a = stack[stack.size() - 2];
            const double turn = (y[b] - y[a]) * (x[i] - x[b]) - (y[i] - y[b]) * (x[b] - x[a]);
            if (sign * turn < 0) break;
            stack.pop_back();
        }
        stack.push_back(i);
    }
    result.height.resize(high - low + 1);
    result.height[0] = y[low];
    for (std::size_t piece = 1; piece < stack.size(); ++piece) {
        const std::size_t a = stack[piece - 1];
        const std::size_t b = stack[piece];
        for (std::size_t i = a + 1; i < b; ++i) {
            result.height[i - low] = y[a] + (y[b] - y[a]) * ((x[i] - x[a]) / (x[b] - x[a]));
        }
        result.height[b - low] = y[b];
    }
    return result;
}

struct modal_interval {
    std::size_t low = 0;
    std::size_t high = 0;
    double gap = 0;  // the largest distance between the two hulls where one of them touches
};

modal_interval widest_gap(const hull& convex, const hull& concave, std::size_t low) {
    modal_interval best;
    const auto gap_at = [&](std::size_t place) {
        return concave.height[place - low] - convex.height[place - low];
    };
    for (const std::size_t place : convex.touches) {
        if (gap_at(place) <= best.gap) continue;
        const auto next = std::lower_bound(concave.touches.begin(), concave.touches.end(), place);
        best = {place, *next, gap_at(place)};
    }
    for (const std::size_t place : concave.touches) {
        if (gap_at(place) <= best.gap) continue;
        const auto next = std::upper_bound(convex.touches.begin(), convex.touches.end(), place);
        best = {*std::prev(next), place, gap_at(place)};
    }
    return best;
}

// Ticks of a coarse clock are steps, not humps: equal values are spread evenly over one tick, the
// least difference between different values.
void spread_ticks(std::span<double> sorted) {
    double tick = 0;
    for (std::size_t i = 1; i < sorted.size(); ++i) {
        const double step = sorted[i] - sorted[i - 1];
        const bool rounding_only = step <= 1e-9 * std::abs(sorted[i]);
        if (!rounding_only && (tick == 0 || step < tick)) tick = step;
    }
    for (std::size_t i = 0; i < sorted.size();) {
        std::size_t end = i + 1;
        while (end < sorted.size() && sorted[end] == sorted[i]) ++end;
        const double count = static_cast<double>(end - i);
        const double center = sorted[i];
        for (std::size_t k = i; k < end; ++k) {
            sorted[k] = center + tick * ((static_cast<double>(k - i) + 0.5) / count - 0.5);
        }
        i = end;
    }
}

// One from each of equal blocks, at a place that no rhythm of the samples can follow (the
// finaliser of SplitMix64 over the block's number).
std::vector<double> pick(std::span<const double> samples) {
    if (samples.size() <= most_picks) return {samples.begin(), samples.end()};
    std::vector<double> picks(most_picks);
    for (std::size_t block = 0; block < most_picks; ++block) {
        const std::size_t first = block * samples.size() / most_picks;
        const std::size_t last = (block + 1) * samples.size() / most_picks;
        std::uint64_t hash = (block + 1) * 0x9e3779b97f4a7c15ULL;
        hash = (hash ^ (hash >> 30)) * 0xbf58476d1ce4e5b9ULL;
        hash = (hash ^ (hash >> 27)) * 0x94d049bb133111ebULL;
        picks[block] = samples[first + (hash ^ (hash >> 31)) % (last - first)];
    }
    return picks;
}

}  // namespace

double dip(std::span<const double> sorted) {
    if (sorted.empty()) return 0;
    const steps f = empirical(sorted);
    // Twice the dip; narrows [low, high] to where the mode is, as the paper's section 3 has it.
    double twice = 1.0 / static_cast<double>(sorted.size());
    std::size_t low = 0;
    std::size_t high = f.at.size() - 1;
    while (low < high) {
        const hull convex = hull_of(f.at, f.below, low, high, +1);
        const hull concave = hull_of(f.at, f.upto, low, high, -1);
        const modal_interval next = widest_gap(convex, concave, low);
        if (next.gap <= twice) break;
        for (std::size_t i = low; i < next.low; ++i) {
            twice = std::max(twice, f.upto[i] - convex.height[i - low]);
        }
        for (std::size_t i = next.high + 1; i <= high; ++i) {
            twice = std::max(twice, concave.height[i - low] - f.below[i]);
        }
        if (next.low == low && next.high == high) break;
        low = next.low;
        high = next.high;
    }
    return twice / 2;
}

two_humped_result find_two_humps(std::span<const double> samples,
                                 const two_humped_options& options) {
    if (samples.size() < least_samples) return {};
    std::vector<double> sorted = pick(samples);
    std::sort(sorted.begin(), sorted.end());
    const double width = quantile_sorted(sorted, 0.95) - quantile_sorted(sorted, 0.05);
    const bool wide = width >= options.least_width * quantile_sorted(sorted, 0.5);
    spread_ticks(sorted);
    two_humped_result result;
    result.dip = dip(sorted);
    result.two_humped =
        wide && result.dip >= options.dip_above &&
        result.dip * std::sqrt(static_cast<double>(sorted.size())) >= options.scaled_dip_above;
    return result;
}

}  // namespace railgauge::stats
