// A world of forked processes for tests of a backend alone: no board, no monitor, no deadlines.
#pragma once

#include <functional>

#include "harness/launch/world.hpp"

namespace railgauge::testing {

/// Forks `ranks` processes which run `body`, and returns how many of them failed (threw, crashed or
/// returned false). Their words go to stderr.
int run_ranks(int ranks, const std::function<bool(world&)>& body);

}  // namespace railgauge::testing
