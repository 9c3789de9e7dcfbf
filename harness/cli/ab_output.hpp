// What `railgauge ab` found, for people and for programs.
#pragma once

#include <cstddef>
#include <string>

#include "harness/cli/ab_experiment.hpp"

namespace railgauge {

/// Sides, order, looks and why it ended, then the comparison with at most `points` rows.
[[nodiscard]] std::string ab_text(const ab_setup& setup, const ab_outcome& outcome,
                                  std::size_t points);

/// One JSON object: "experiment", and what `compare --json` has.
[[nodiscard]] std::string ab_json(const ab_setup& setup, const ab_outcome& outcome);

/// The experiment's own status, or status 3 where it found no verdict.
[[nodiscard]] exit_status status_of(const ab_outcome& outcome) noexcept;

}  // namespace railgauge
