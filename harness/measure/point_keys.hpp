// What identifies the points of a plan in a results file.
#pragma once

#include <string>
#include <vector>

#include "harness/measure/plan.hpp"
#include "harness/record/point_record.hpp"
#include "harness/record/run_header.hpp"

namespace railgauge {

/// `algorithm` is what was asked for; "auto" where the backend chooses. `group` is the rule; of a
/// group's row, its name.
[[nodiscard]] point_key key_of(const plan& all, const plan_point& point);

/// Of every point, by index.
[[nodiscard]] std::vector<point_key> keys_of(const plan& all);

/// The record of a point that did not finish.
[[nodiscard]] point_record failed_point(const plan& all, std::int64_t index,
                                        const std::string& reason);

/// What the header says of the plan.
[[nodiscard]] plan_summary summary_of(const plan& all, int launches);

}  // namespace railgauge
