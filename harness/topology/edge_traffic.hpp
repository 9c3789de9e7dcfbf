// What an operation must send over the edge between a group and the rest, whatever the algorithm.
#pragma once

#include <cstddef>
#include <vector>

#include "harness/topology/bound.hpp"
#include "harness/topology/occupied.hpp"

namespace railgauge {

/// The formulas stand in bound.hpp. They hold for any order of the ranks within the placement.
class edge_traffic {
public:
    edge_traffic(const topology& all, const rank_placement_rule& placement,
                 const occupied_tree& used, const bound_request& asked);

    /// Bytes in the busier direction, over the edge of the class's group that carries most of them.
    [[nodiscard]] double bytes_over(std::size_t id) const;

private:
    [[nodiscard]] double rooted_bytes(std::size_t id) const;
    [[nodiscard]] double pair_bytes(const occupied_class& one) const;

    const occupied_tree& used_;
    bound_request asked_;
    std::vector<bool> holds_root_;  ///< a group of this class holds the root
};

}  // namespace railgauge
