// What can be said of a ratio.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace railgauge {

enum class verdict_word : std::uint8_t {
    same,       ///< the interval lies within the margin
    faster,     ///< significant among all that was compared
    slower,     ///< likewise
    ambiguous,  ///< neither: too much noise, or too few launches for what there is
    unknown,    ///< cannot be told at all: too few launches for any answer
};

/// "SAME", "FASTER", "SLOWER", "AMBIGUOUS", "UNKNOWN".
[[nodiscard]] std::string_view name_of(verdict_word word) noexcept;

/// Second over first: above 1 the second takes longer.
struct compared_ratio {
    std::size_t pairs = 0;
    double ratio = 0;           ///< exp(median of the pairs' log ratios); NaN without pairs
    std::optional<double> low;  ///< 95 % of the median, by order statistics; from six pairs on
    std::optional<double> high;
    double p_value = 1;   ///< alone
    double adjusted = 1;  ///< among all of its kind
    verdict_word verdict = verdict_word::unknown;
};

struct verdict_rules {
    double margin = 0.03;  ///< ratios within 1/(1 + margin) and 1 + margin count as the same
    double alpha = 0.0125;
};

/// Ratio and interval of these log ratios (NaN: no pair), without verdict.
[[nodiscard]] compared_ratio estimate_ratio(std::span<const double> log_ratios);

/// The verdict of a ratio whose p-values are set; `mean` is what the test looked at, the mean of
/// the log ratios, and has to agree with the median.
[[nodiscard]] verdict_word decide(const compared_ratio& ratio, double mean,
                                  const verdict_rules& rules);

}  // namespace railgauge
