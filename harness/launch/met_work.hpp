// What a rank does once it has met the others, where no parent of ours watches its host.
#pragma once

#include <functional>
#include <string_view>

#include "harness/launch/monitor_thread.hpp"
#include "harness/launch/rank_body.hpp"
#include "harness/launch/seat_finding.hpp"
#include "harness/launch/world.hpp"

namespace railgauge {

/// Runs `body` with the world of `met`, following SIGINT and SIGTERM; local ranks 0 and 1 watch the
/// host's board with `actions`. Returns how it ended, after whoever watches has had the time to
/// tell why. `meeting` must be a literal.
[[nodiscard]] rank_ending work_watched(met_ranks met, std::string_view meeting,
                                       const verdict_actions& actions,
                                       const std::function<exit_status(world&)>& body);

}  // namespace railgauge
