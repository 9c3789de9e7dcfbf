// When an experiment that could be stopped early is looked at, and what each look may cost.
//
// Each look at a test of level alpha is another chance to be wrong: looked at after every pair,
// equal things would sooner or later be called different. So the level is divided among looks whose
// number and places are settled before (Slud and Wei, Two-Sample Repeated Significance Tests Based
// on the Modified Wilcoxon Statistic, JASA 77, 1982; Lan and DeMets, Discrete Sequential Boundaries
// for Clinical Trials, Biometrika 70, 1983). That the parts add up to the whole (Boole) needs no
// assumption about how the looks depend on each other.
#pragma once

#include <cstddef>
#include <vector>

namespace railgauge {

struct look {
    std::size_t pairs = 0;
    double alpha = 0;  ///< what this look may be wrong with, points and classes together
};

/// Looks for at most `most_pairs` pairs: the last one at the end with half of `alpha`, and up to
/// four before it that share the other half evenly, the first one where so many pairs can reach its
/// share at all, the others spread evenly on a logarithmic scale. One look where `most_pairs`
/// leaves room for no other.
[[nodiscard]] std::vector<look> plan_looks(std::size_t most_pairs, double alpha = 0.05);

}  // namespace railgauge
