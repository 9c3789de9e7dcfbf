// The series of a system's runs.
#pragma once

#include <vector>

#include "harness/compare/history.hpp"

namespace railgauge {

/// What `runs` (one run each, of one system, in order of time) measured, in the order of the table.
/// Where each run has one algorithm for a thing, but not all the same, that is one series: which
/// algorithm is chosen is part of what changes.
[[nodiscard]] std::vector<history_series> series_of(const std::vector<result_set>& runs,
                                                    point_table& table);

/// Finds the changes of all series at once; `too_few` is set, too.
void find_series_changes(const std::vector<history_series*>& all, const history_options& options);

}  // namespace railgauge
