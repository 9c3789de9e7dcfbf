#include "harness/topology/edge_traffic.hpp"

#include <algorithm>
#include <cmath>

#include "harness/topology/coordinates.hpp"

namespace railgauge {
namespace {

bool is_to_or_from_root(operation_kind kind) {
    return kind == operation_kind::gather || kind == operation_kind::scatter;
}

// Ranks of the placement on the GPUs from `begin` up to `end`.
std::int64_t ranks_between(const rank_placement_rule& placement, std::int64_t begin,
                           std::int64_t end) {
    std::int64_t count = 0;
    for (const placement_run& run : placement.runs) {
        const auto below = [&](std::int64_t gpu) {
            if (gpu <= run.first) return std::int64_t{0};
            return std::min(run.count, (gpu - 1 - run.first) / run.stride + 1);
        };
        count += below(end) - below(begin);
    }
    return count;
}

}  // namespace

edge_traffic::edge_traffic(const topology& all, const rank_placement_rule& placement,
                           const occupied_tree& used, const bound_request& asked)
    : used_(used), asked_(asked), holds_root_(used.classes.size(), false) {
    if (!is_to_or_from_root(asked.kind)) return;
    const std::int64_t gpu = placement.gpu_of(asked.root);
    const auto levels = groups_around(all, gpu);
    for (std::size_t id = 0; id < used.classes.size(); ++id) {
        const occupied_class& one = used.classes[id];
        for (const group_place& place : levels) {
            if (place.stack != one.stack || place.level != one.level) continue;
            // Another group of this tier with as many ranks may be meant, and is then as busy.
            const auto ranks =
                one.level < 0
                    ? 1
                    : ranks_between(placement, place.first_gpu,
                                    place.first_gpu + gpus_in_group(all, place.stack, place.level));
            holds_root_[id] = ranks == one.ranks;
        }
    }
}

double edge_traffic::rooted_bytes(std::size_t id) const {
    const double n = static_cast<double>(used_.classes[id].ranks);
    const double all = static_cast<double>(used_.ranks);
    const double others = holds_root_[id] ? all - n : 0;
    const bool only_root = holds_root_[id] && used_.classes[id].copies < 1.5;
    return std::max(others, only_root ? 0 : n) * asked_.bytes / all;
}

double edge_traffic::pair_bytes(double inside) const {
    const bool all_paired = used_.ranks % 2 == 0;
    // With an odd number the last rank is idle, and it might be the one that makes n odd.
    if (!all_paired && inside == 1) return asked_.bytes;
    return all_paired && std::fmod(inside, 2) == 1 ? asked_.bytes : 0;
}

double edge_traffic::bytes_over(std::size_t id) const {
    const double n = static_cast<double>(used_.classes[id].ranks);
    const double all = static_cast<double>(used_.ranks);
    const double m = all - n;
    if (m <= 0) return 0;
    switch (asked_.kind) {
        case operation_kind::all_gather:
        case operation_kind::reduce_scatter: return std::max(n, m) * asked_.bytes / all;
        case operation_kind::all_reduce:
        case operation_kind::broadcast:
        case operation_kind::reduce:
        case operation_kind::send_recv: return asked_.bytes;
        case operation_kind::gather:
        case operation_kind::scatter: return rooted_bytes(id);
        case operation_kind::all_to_all: return n * m * asked_.bytes / all;
        case operation_kind::all_to_all_v:
            return n * m * (m + 1) / (all * (all + 1)) * asked_.bytes;
        case operation_kind::ping_pong:
        case operation_kind::bidirectional:
        case operation_kind::send:
        case operation_kind::put:
        case operation_kind::get: return pair_bytes(n);
        default: return 0;  // a barrier moves nothing, and a device's own copies cross no edge
    }
    return 0;
}

}  // namespace railgauge
