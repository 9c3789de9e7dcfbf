// What effect launches can show, and how many launches show an effect.
#pragma once

#include <cstddef>

namespace railgauge {

/// How often an effect of the size that is promised is found.
inline constexpr double promised_power = 0.95;

/// Student's t of a sign-flip statistic u (stats::sign_flip_tests); infinite where u is as large as
/// it can be.
[[nodiscard]] double student_of(double statistic, std::size_t pairs) noexcept;

/// The mean log ratio beyond the null hypothesis that a one-sided test finds with promised_power:
/// (t_critical + t_power) spread / sqrt(pairs), both with pairs - 1 degrees of freedom (Cohen,
/// Statistical Power Analysis, 2.2). `spread` is the standard deviation of the pairs' log ratios,
/// `critical` the statistic u that has to be exceeded. Infinite where nothing can be found.
[[nodiscard]] double detectable_log_ratio(double spread, std::size_t pairs,
                                          double critical) noexcept;

/// The fewest pairs that find `log_ratio` with promised_power where one test may be wrong with
/// `alpha`; `most` where these do not suffice.
[[nodiscard]] std::size_t pairs_to_detect(double log_ratio, double spread, double alpha,
                                          std::size_t least, std::size_t most = 1000) noexcept;

}  // namespace railgauge
