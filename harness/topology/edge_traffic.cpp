#include "harness/topology/edge_traffic.hpp"

#include <algorithm>
#include <optional>

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
    const auto holds = [&](const occupied_class& one) {
        const auto place = std::ranges::find_if(levels, [&one](const group_place& each) {
            return each.stack == one.stack && each.level == one.level;
        });
        if (place == levels.end()) return false;
        if (one.level < 0) return true;
        const std::int64_t end = place->first_gpu + gpus_in_group(all, place->stack, place->level);
        return ranks_between(placement, place->first_gpu, end) == one.ranks;
    };
    // From the outside inwards: groups of one kind may hang at different rates in different places.
    // Of members that hold as many ranks any may be meant, and the fastest gives the least bound.
    std::size_t at = used.classes.size() - 1;
    while (true) {
        holds_root_[at] = true;
        std::optional<std::size_t> inner;
        for (const auto& [child, count] : used.classes[at].children) {
            const auto id = static_cast<std::size_t>(child);
            if (!holds(used.classes[id])) continue;
            if (!inner || used.classes[id].up_gbps > used.classes[*inner].up_gbps) inner = id;
        }
        if (!inner) return;
        at = *inner;
    }
}

double edge_traffic::rooted_bytes(std::size_t id) const {
    const double n = static_cast<double>(used_.classes[id].ranks);
    const double all = static_cast<double>(used_.ranks);
    const double others = holds_root_[id] ? all - n : 0;
    const bool only_root = holds_root_[id] && used_.classes[id].copies < 1.5;
    return std::max(others, only_root ? 0 : n) * asked_.bytes / all;
}

// The last of an odd number of ranks is idle, and might be the one that makes n odd: of two such
// groups it is so in one at most.
double edge_traffic::pair_bytes(const occupied_class& one) const {
    const bool surely = used_.ranks % 2 == 0 || one.copies > 1.5;
    return surely && one.ranks % 2 == 1 ? asked_.bytes : 0;
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
        case operation_kind::get: return pair_bytes(used_.classes[id]);
        default: return 0;  // a barrier moves nothing, and a device's own copies cross no edge
    }
    return 0;
}

}  // namespace railgauge
