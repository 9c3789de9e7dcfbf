#include "harness/stats/paired_ratio.hpp"

#include <cmath>
#include <stdexcept>
#include <vector>

#include "harness/stats/median_interval.hpp"

namespace railgauge::stats {

bool ratio_estimate::within(double least, double most) const noexcept {
    return low && high && *low >= least && *high <= most;
}

ratio_estimate paired_ratio(std::span<const double> first, std::span<const double> second,
                            double confidence) {
    if (first.size() != second.size()) {
        throw std::invalid_argument("paired_ratio: the two sides differ in length");
    }
    std::vector<double> logs(first.size());
    for (std::size_t i = 0; i < first.size(); ++i) {
        const bool usable =
            first[i] > 0 && second[i] > 0 && std::isfinite(first[i]) && std::isfinite(second[i]);
        if (!usable) {
            throw std::invalid_argument("paired_ratio: a value is not positive and finite");
        }
        logs[i] = std::log(first[i] / second[i]);
    }
    const median_estimate estimate = estimate_median_in_place(logs, confidence);
    ratio_estimate result{first.size(), std::exp(estimate.p50), {}, {}};
    if (estimate.low) result.low = std::exp(*estimate.low);
    if (estimate.high) result.high = std::exp(*estimate.high);
    return result;
}

}  // namespace railgauge::stats
