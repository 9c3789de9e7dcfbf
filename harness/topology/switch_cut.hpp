// The set of switches around which an all_reduce that is added at the ends needs most time.
#pragma once

#include <optional>
#include <vector>

#include "harness/topology/occupied.hpp"

namespace railgauge {

/// A connected set of switches, and the edges around it.
struct switch_cut {
    double edges = 0;      ///< d
    double gbps = 0;       ///< the sum of their rates
    int widest_class = 0;  ///< of the groups behind the edges, the class with most of them

    /// Seconds a GB: 2 (d - 1) / gbps.
    [[nodiscard]] double cost() const { return 2 * (edges - 1) / gbps; }
};

/// The cut of the greatest cost; switches for which `passes_on` is false (they add) are in no set.
/// None where every set has an edge that bounds nothing. Exact: Dinkelbach's iteration, each step a
/// pass over the classes.
[[nodiscard]] std::optional<switch_cut> dearest_cut(const occupied_tree& used,
                                                    const std::vector<bool>& passes_on);

}  // namespace railgauge
