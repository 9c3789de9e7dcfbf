#include "harness/stats/noise_plateau.hpp"

#include <algorithm>
#include <cmath>

namespace railgauge::stats {

noise_plateau::noise_plateau(std::size_t window, double tolerance)
    : window_(std::max<std::size_t>(window, 2)), tolerance_(tolerance) {
    ring_.reserve(window_);
}

void noise_plateau::add(double estimate) {
    if (ring_.size() < window_) {
        ring_.push_back(estimate);
        return;
    }
    ring_[next_] = estimate;
    next_ = (next_ + 1) % window_;
}

bool noise_plateau::reached() const noexcept {
    if (ring_.size() < window_) return false;
    double mean = 0;
    for (const double value : ring_) mean += value;
    mean /= static_cast<double>(window_);
    double squares = 0;
    for (const double value : ring_) squares += (value - mean) * (value - mean);
    const double deviation = std::sqrt(squares / static_cast<double>(window_ - 1));
    // All zero (a clock coarser than the noise) is settled, too.
    return deviation <= tolerance_ * mean;
}

double relative_spread(double p25, double p50, double p75) noexcept {
    return p50 > 0 ? (p75 - p25) / p50 : 0.0;
}

}  // namespace railgauge::stats
