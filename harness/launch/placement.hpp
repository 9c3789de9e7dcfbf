// Where the ranks of a world run.
#pragma once

#include <string>
#include <vector>

#include "harness/launch/world.hpp"
#include "harness/machine/pinning.hpp"

namespace railgauge {

struct placed_rank {
    placement where;
    std::string host;
    int local_rank = 0;
};

/// Collective, at the start of the job: pins this rank (unless `pin` is false, or its launcher has
/// bound it, or there are more ranks than hardware threads) and gathers what came of it at rank 0,
/// in rank order; elsewhere the result is empty.
[[nodiscard]] std::vector<placed_rank> place_ranks(world& ranks, bool pin);

}  // namespace railgauge
