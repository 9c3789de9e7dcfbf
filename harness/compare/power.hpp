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

/// How a series differs between launches of equal things.
struct series_noise {
    double spread = 0;           ///< standard deviation of a pair's log ratio
    double baseline_spread = 0;  ///< root mean square of the baseline's own log ratios; 0: unknown
};

struct gate_reach {
    double threshold = 0;   ///< the share of slowdown that passes: the least effect or the floor
    double detectable = 0;  ///< the share that is found with promised_power; may be infinite
};

/// What a gate tests: `series` of them together may be wrong with `alpha`.
struct gate_tests {
    double least_effect = 0.03;
    double alpha = 0.0125;
    std::size_t series = 1;
};

/// What a gate of `pairs` launches a side is going to let pass and to find, where its baseline has
/// as many launches. The floor is floor_of's; alpha is shared as Bonferroni has it, which is more
/// careful than the gate's own correction.
[[nodiscard]] gate_reach reach_of(const series_noise& noise, std::size_t pairs,
                                  const gate_tests& tests) noexcept;

/// The fewest launches a side with a reach of at most `slowdown`, a share; `most` where these do
/// not suffice.
[[nodiscard]] std::size_t launches_to_reach(double slowdown, const series_noise& noise,
                                            const gate_tests& tests,
                                            std::size_t most = 1000) noexcept;

}  // namespace railgauge
