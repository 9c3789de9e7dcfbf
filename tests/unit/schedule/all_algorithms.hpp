// Every algorithm with every number of ranks, for tests.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "harness/base/operation_kind.hpp"
#include "harness/schedule/algorithms.hpp"

namespace railgauge {

/// The first rank, the last and one in the middle, for kinds with a root; else only 0.
inline std::set<std::int64_t> roots_of(operation_kind kind, std::int64_t ranks) {
    if (!is_rooted(kind)) return {0};
    return {0, ranks / 2, ranks - 1};
}

inline bool offered_in_place(operation_kind kind) {
    const bool crossing = kind == operation_kind::all_to_all ||
                          kind == operation_kind::all_to_all_v ||
                          kind == operation_kind::send_recv || is_pairwise(kind);
    return !crossing;
}

/// All requests for `ranks` ranks that must be granted.
inline std::vector<schedule_request> all_requests(std::int64_t ranks) {
    std::vector<schedule_request> requests;
    for (const operation_kind kind : all_operation_kinds) {
        for (const std::string& name : algorithms_for(kind, ranks)) {
            for (const std::int64_t root : roots_of(kind, ranks)) {
                schedule_request one{.kind = kind, .algorithm = name, .ranks = ranks, .root = root};
                requests.push_back(one);
                one.in_place = true;
                if (offered_in_place(kind)) requests.push_back(one);
            }
        }
    }
    return requests;
}

inline std::string title(const schedule_request& request) {
    return std::string(name_of(request.kind)) + " " + request.algorithm + ", " +
           std::to_string(request.ranks) + " ranks, root " + std::to_string(request.root) +
           (request.in_place ? ", in place" : "");
}

}  // namespace railgauge
