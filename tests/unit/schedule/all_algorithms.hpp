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

/// Unknown, and all numbers of ranks a host that make several hosts with several ranks each.
inline std::vector<std::int64_t> ranks_per_host_of(std::int64_t ranks) {
    std::vector<std::int64_t> numbers{0};
    for (std::int64_t g = 2; g < ranks; ++g) {
        if (ranks % g == 0) numbers.push_back(g);
    }
    return numbers;
}

/// What a pipeline is cut into: the default, nothing, and what divides nothing evenly.
inline std::vector<std::int64_t> segments_of(operation_kind kind, const std::string& algorithm) {
    if (!is_pipelined(kind, algorithm)) return {0};
    return {0, 1, 3};
}

/// The root in its place, and in place too where that is offered.
inline void add_requests(schedule_request one, std::vector<schedule_request>& requests) {
    for (const std::int64_t segments : segments_of(one.kind, one.algorithm)) {
        for (const std::int64_t root : roots_of(one.kind, one.ranks)) {
            one.root = root;
            one.segments = segments;
            one.in_place = false;
            requests.push_back(one);
            one.in_place = true;
            if (offered_in_place(one.kind)) requests.push_back(one);
        }
    }
}

/// All requests for `ranks` ranks that must be granted.
inline std::vector<schedule_request> all_requests(std::int64_t ranks) {
    std::vector<schedule_request> requests;
    for (const operation_kind kind : all_operation_kinds) {
        const std::vector<std::string> anywhere = algorithms_for(kind, ranks);
        for (const std::int64_t group : ranks_per_host_of(ranks)) {
            for (const std::string& name : algorithms_for(kind, ranks, group)) {
                const bool again = group != 0 && std::find(anywhere.begin(), anywhere.end(),
                                                           name) != anywhere.end();
                if (again) continue;
                add_requests(
                    {.kind = kind, .algorithm = name, .ranks = ranks, .ranks_per_host = group},
                    requests);
            }
        }
    }
    return requests;
}

inline std::string title(const schedule_request& request) {
    return std::string(name_of(request.kind)) + " " + request.algorithm + ", " +
           std::to_string(request.ranks) + " ranks, root " + std::to_string(request.root) +
           (request.ranks_per_host > 0 ? ", " + std::to_string(request.ranks_per_host) + " a host"
                                       : "") +
           (request.segments > 0 ? ", " + std::to_string(request.segments) + " segments" : "") +
           (request.in_place ? ", in place" : "");
}

}  // namespace railgauge
