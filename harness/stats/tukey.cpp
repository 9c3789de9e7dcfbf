#include "harness/stats/tukey.hpp"

namespace railgauge::stats {

tukey_counts count_outliers(std::span<const double> values, double p25, double p75) noexcept {
    const double range = p75 - p25;
    const double inner_low = p25 - 1.5 * range;
    const double inner_high = p75 + 1.5 * range;
    const double outer_low = p25 - 3.0 * range;
    const double outer_high = p75 + 3.0 * range;
    std::uint64_t beyond_inner = 0;
    std::uint64_t beyond_outer = 0;
    for (const double value : values) {
        beyond_inner += value < inner_low || value > inner_high;
        beyond_outer += value < outer_low || value > outer_high;
    }
    return {beyond_inner - beyond_outer, beyond_outer};
}

}  // namespace railgauge::stats
