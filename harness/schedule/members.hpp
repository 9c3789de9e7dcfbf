// The ranks among which a pattern runs: all of them, those of a host, or those of a rail.
#pragma once

#include <cstdint>

#include "harness/schedule/modulo.hpp"
#include "harness/schedule/schedule.hpp"

namespace railgauge {

/// A rank's place among the members, who are numbered from 0 to size - 1.
struct members {
    std::int64_t size = 1;
    std::int64_t mine = 0;
    std::int64_t root = 0;
    std::int64_t first = 0;   ///< the rank of member 0
    std::int64_t stride = 1;  ///< between the ranks of neighbours
    bool takes_part = true;   ///< false outside the root's host where only that is at work

    [[nodiscard]] std::int64_t rank_of(std::int64_t member) const {
        return first + stride * member;
    }
    [[nodiscard]] std::int64_t number_from_root() const { return wrapped(mine - root, size); }
};

[[nodiscard]] inline members members_of(const schedule& plan, scope among, std::int64_t rank) {
    const std::int64_t group = plan.ranks_per_host;
    const std::int64_t lane = rank % group;
    switch (among) {
        case scope::all: break;
        case scope::host:
        case scope::root_host:
            return {.size = group,
                    .mine = lane,
                    .root = plan.root % group,
                    .first = rank - lane,
                    .stride = 1,
                    .takes_part = among == scope::host || rank / group == plan.root / group};
        case scope::rail:
            return {.size = plan.ranks / group,
                    .mine = rank / group,
                    .root = plan.root / group,
                    .first = lane,
                    .stride = group};
    }
    return {.size = plan.ranks, .mine = rank, .root = plan.root};
}

}  // namespace railgauge
