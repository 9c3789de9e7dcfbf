// The tests of a gate's points, or of its classes: each family has half of alpha.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "harness/compare/baseline_spread.hpp"
#include "harness/compare/gate.hpp"
#include "harness/compare/gated_series.hpp"

namespace railgauge {

/// `alone` are the same series of the baseline's own launches; `accepted` has the latest acceptance
/// of a series.
[[nodiscard]] std::vector<gated> judge_family(const gated_series& series, const gated_series& alone,
                                              const std::map<std::string, acceptance>& accepted,
                                              const gate_options& options);

/// The spread of each baseline series of `alone` under the names of `series`.
[[nodiscard]] std::vector<chance_spread> spreads_alone(const gated_series& series,
                                                       const gated_series& alone);

}  // namespace railgauge
