#include "harness/stats/geometric_mean.hpp"

#include <cmath>
#include <limits>

namespace railgauge::stats {

double geometric_mean(std::span<const double> values) noexcept {
    double sum = 0;
    for (const double value : values) {
        if (!(value > 0)) return std::numeric_limits<double>::quiet_NaN();
        sum += std::log(value);
    }
    if (values.empty()) return std::numeric_limits<double>::quiet_NaN();
    return std::exp(sum / static_cast<double>(values.size()));
}

}  // namespace railgauge::stats
