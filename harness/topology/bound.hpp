// The least time that any algorithm can need for an operation on a cluster.
//
// A cluster is a tree: between a group and what contains it there are the group's ports, and
// switches pass on what they get. So every cut of the ranks that can bind is one edge, or a set of
// switches with all edges around it (docs/topology-format.md has the argument, and the unit tests
// try every cut and every partition of small clusters):
//   over one edge of C GB/s each direction, with n of N ranks inside and S bytes as nccl-tests
//   counts them:
//     all_gather, reduce_scatter   max(n, N - n) S/N   (the ForestColl bound)
//     all_reduce, broadcast, reduce  S
//     gather, scatter              n S/N, or (N - n) S/N where the root is inside
//     all_to_all                   n (N - n) S/N
//     all_to_all_v                 n m (m + 1)/(N (N + 1)) S with m = N - n (its smallest blocks)
//     send_recv                    S; the pairwise kinds: S where n is odd
//   all_reduce with ends that add, around a set of switches with d edges: 2 (d - 1) S in all, over
//   the sum of their rates. Where a set holds a switch that adds, only the edges bind.
// To the transfer comes the latency of the nearest way across what binds; and no operation is
// faster than the latency of the outermost level that it crosses.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "harness/base/operation_kind.hpp"
#include "harness/topology/occupied.hpp"

namespace railgauge {

struct bound_request {
    operation_kind kind = operation_kind::all_reduce;
    double bytes = 0;       ///< as nccl-tests counts them
    std::int64_t root = 0;  ///< rank, for gather and scatter
    /// False where operations may overlap (streamed, or several under way): what each adds to the
    /// time of all is then its transfer, and its latency may pass beside others'.
    bool alone = true;
};

struct time_bound {
    double time_us = 0;
    double transfer_us = 0;  ///< 0 where the latency alone binds
    double latency_us = 0;
    std::string tier;    ///< that binds
    std::string reason;  ///< in words: which edges, what must cross them, at which rate
};

struct operation_bound {
    std::optional<time_bound> at_ends;     ///< without reduction in the network
    std::optional<time_bound> in_network;  ///< where a crossed tier reduces, and the kind does
    std::string why_none;                  ///< where at_ends is absent

    /// What no measurement can beat: in_network where there is one, else at_ends.
    [[nodiscard]] const time_bound* floor() const {
        return in_network ? &*in_network : at_ends ? &*at_ends : nullptr;
    }
};

/// `used` is from occupy() on the same topology and placement.
[[nodiscard]] operation_bound bound_of(const topology& all, const rank_placement_rule& placement,
                                       const occupied_tree& used, const bound_request& asked);

}  // namespace railgauge
