// One clock for all ranks.
#pragma once

#include "harness/base/clock.hpp"
#include "harness/launch/world.hpp"

namespace railgauge {

/// Collective: rank 0 measures the clock's tick and everyone gets the same.
[[nodiscard]] clock_calibration agree_on_clock(world& group);

/// Collective: how far any rank's reading may be from rank 0's, in microseconds, at rank 0 (0
/// elsewhere). On one host the ranks read one counter; this bounds what a disturbed counter would
/// add, by the SKaMPI envelope over rounds of the World's collectives (clock_envelope.hpp).
[[nodiscard]] double clock_residual_us(world& group, const clock_calibration& clock);

}  // namespace railgauge
