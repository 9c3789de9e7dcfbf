#include "harness/stats/bootstrap.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <random>
#include <vector>

#include "harness/stats/distributions.hpp"
#include "harness/stats/quantile.hpp"

namespace railgauge::stats {
namespace {

// A sixth of the skewness of the values' influence.
double acceleration(std::span<const double> jackknife) {
    const double mean = std::accumulate(jackknife.begin(), jackknife.end(), 0.0) /
                        static_cast<double>(jackknife.size());
    double squares = 0;
    double cubes = 0;
    for (const double value : jackknife) {
        const double away = mean - value;
        squares += away * away;
        cubes += away * away * away;
    }
    return squares > 0 ? cubes / (6 * std::pow(squares, 1.5)) : 0;
}

std::vector<double> without_each(std::span<const double> values,
                                 const statistic_function& statistic) {
    std::vector<double> result;
    std::vector<double> rest(values.begin() + 1, values.end());
    for (std::size_t left_out = 0; left_out < values.size(); ++left_out) {
        if (left_out > 0) rest[left_out - 1] = values[left_out - 1];
        result.push_back(statistic(rest));
    }
    return result;
}

}  // namespace

std::optional<interval> bca_interval(double observed, std::span<const double> jackknife,
                                     std::span<const double> distribution, double confidence) {
    if (distribution.empty() || jackknife.empty()) return std::nullopt;
    std::vector<double> sorted(distribution.begin(), distribution.end());
    std::sort(sorted.begin(), sorted.end());
    // Resamples that equal what was observed lie half below it.
    const auto [from, to] = std::equal_range(sorted.begin(), sorted.end(), observed);
    const double share = static_cast<double>((from - sorted.begin()) + (to - sorted.begin())) /
                         static_cast<double>(2 * sorted.size());
    if (share <= 0 || share >= 1) return std::nullopt;
    const double bias = normal_quantile(share);
    const double bend = acceleration(jackknife);
    const auto level = [&](double p) {
        const double z = bias + normal_quantile(p);
        return normal_below(bias + z / (1 - bend * z));
    };
    const double tail = (1 - confidence) / 2;
    return interval{quantile_sorted(sorted, level(tail)), quantile_sorted(sorted, level(1 - tail))};
}

std::optional<interval> percentile_interval(std::span<const double> distribution,
                                            double confidence) {
    if (distribution.empty()) return std::nullopt;
    std::vector<double> sorted(distribution.begin(), distribution.end());
    std::sort(sorted.begin(), sorted.end());
    const double tail = (1 - confidence) / 2;
    return interval{quantile_sorted(sorted, tail), quantile_sorted(sorted, 1 - tail)};
}

std::optional<interval> bootstrap(std::span<const double> values,
                                  const statistic_function& statistic,
                                  const bootstrap_options& options) {
    if (values.size() < 2 || options.resamples == 0) return std::nullopt;
    std::mt19937_64 random(options.seed);
    std::uniform_int_distribution<std::size_t> any(0, values.size() - 1);
    std::vector<double> distribution(options.resamples);
    std::vector<double> resample(values.size());
    for (double& result : distribution) {
        for (double& value : resample) value = values[any(random)];
        result = statistic(resample);
    }
    const auto jackknife = without_each(values, statistic);
    const auto accelerated =
        bca_interval(statistic(values), jackknife, distribution, options.confidence);
    return accelerated ? accelerated : percentile_interval(distribution, options.confidence);
}

}  // namespace railgauge::stats
