// Quantiles of the normal distribution and of Student's.
#pragma once

namespace railgauge::stats {

/// P(Z <= z).
[[nodiscard]] double normal_below(double z) noexcept;

/// The z with P(Z <= z) = p; infinite for 0 and 1, NaN outside.
[[nodiscard]] double normal_quantile(double p) noexcept;

/// P(T <= t) of Student's t with `degrees` > 0 degrees of freedom.
[[nodiscard]] double student_below(double t, double degrees) noexcept;

/// The t with P(T <= t) = p.
[[nodiscard]] double student_quantile(double p, double degrees) noexcept;

}  // namespace railgauge::stats
