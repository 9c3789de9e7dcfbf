// The geometric mean: the right mean of ratios.
#pragma once

#include <span>

namespace railgauge::stats {

/// exp of the mean of the logarithms. NaN for an empty span or a value that is not positive.
[[nodiscard]] double geometric_mean(std::span<const double> values) noexcept;

}  // namespace railgauge::stats
