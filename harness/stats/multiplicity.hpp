// Corrections of p-values for many tests whose joint distribution is not known.
#pragma once

#include <span>
#include <vector>

namespace railgauge::stats {

/// Adjusted p-values in the order given: those at most alpha keep the chance of any false one below
/// alpha. Holm, A Simple Sequentially Rejective Multiple Test Procedure, Scandinavian Journal of
/// Statistics 6 (1979). Values within [0, 1].
[[nodiscard]] std::vector<double> holm(std::span<const double> p_values);

/// The same for the share of false ones among those found. Benjamini and Hochberg, Controlling the
/// False Discovery Rate, JRSS B 57 (1995).
[[nodiscard]] std::vector<double> benjamini_hochberg(std::span<const double> p_values);

}  // namespace railgauge::stats
