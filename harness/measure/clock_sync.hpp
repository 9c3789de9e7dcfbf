// One clock for all ranks.
#pragma once

#include "harness/base/clock.hpp"
#include "harness/launch/world.hpp"

namespace railgauge {

/// Collective: rank 0 measures the clock's tick and everyone gets the same.
[[nodiscard]] clock_calibration agree_on_clock(world& group);

/// Collective: how far any rank's reading may be from that of its host's first rank, in
/// microseconds, at rank 0 (0 elsewhere). On one host the ranks read one counter; this bounds what
/// a disturbed counter would add, by the SKaMPI envelope (clock_envelope.hpp). What lies between
/// hosts comes on top (world::relate_clock).
[[nodiscard]] double clock_residual_us(world& group, const clock_calibration& clock);

}  // namespace railgauge
