#include "harness/schedule/algorithms.hpp"

#include <algorithm>
#include <array>

#include "harness/base/error.hpp"
#include "harness/base/near_miss.hpp"
#include "harness/schedule/algorithms/builders.hpp"

namespace railgauge {
namespace {

enum class applicability : std::uint8_t { always, powers_of_two, several_hosts };

struct entry {
    operation_kind kind;
    std::string_view name;
    schedule (*build)(const schedule_request&);
    applicability applies = applicability::always;
    bool pipelined = false;
};

// The first of a kind applies to any number of ranks.
constexpr std::array table{
    entry{operation_kind::all_reduce, "direct", algorithms::all_reduce_direct},
    entry{operation_kind::all_reduce, "all_pairs", algorithms::all_reduce_all_pairs},
    entry{operation_kind::all_reduce, "ring", algorithms::all_reduce_ring},
    entry{operation_kind::all_reduce, "pairwise", algorithms::all_reduce_pairwise},
    entry{operation_kind::all_reduce, "recursive_doubling",
          algorithms::all_reduce_recursive_doubling},
    entry{operation_kind::all_reduce, "halving_doubling", algorithms::all_reduce_halving_doubling},
    entry{operation_kind::all_reduce, "double_binary_tree", algorithms::all_reduce_double_tree,
          applicability::always, true},
    entry{operation_kind::all_reduce, "hierarchical_ring", algorithms::all_reduce_hierarchical_ring,
          applicability::several_hosts},
    entry{operation_kind::all_reduce, "hierarchical_tree", algorithms::all_reduce_hierarchical_tree,
          applicability::several_hosts, true},
    entry{operation_kind::all_gather, "direct", algorithms::all_gather_direct},
    entry{operation_kind::all_gather, "ring", algorithms::all_gather_ring},
    entry{operation_kind::all_gather, "recursive_doubling",
          algorithms::all_gather_recursive_doubling, applicability::powers_of_two},
    entry{operation_kind::all_gather, "bruck", algorithms::all_gather_bruck},
    entry{operation_kind::all_gather, "pairwise", algorithms::all_gather_pairwise},
    entry{operation_kind::all_gather, "hierarchical_ring", algorithms::all_gather_hierarchical_ring,
          applicability::several_hosts},
    entry{operation_kind::reduce_scatter, "direct", algorithms::reduce_scatter_direct},
    entry{operation_kind::reduce_scatter, "ring", algorithms::reduce_scatter_ring},
    entry{operation_kind::reduce_scatter, "recursive_halving",
          algorithms::reduce_scatter_recursive_halving, applicability::powers_of_two},
    entry{operation_kind::reduce_scatter, "pairwise", algorithms::reduce_scatter_pairwise},
    entry{operation_kind::reduce_scatter, "hierarchical_ring",
          algorithms::reduce_scatter_hierarchical_ring, applicability::several_hosts},
    entry{operation_kind::broadcast, "direct", algorithms::broadcast_direct},
    entry{operation_kind::broadcast, "split", algorithms::broadcast_split},
    entry{operation_kind::broadcast, "binomial", algorithms::broadcast_binomial},
    entry{operation_kind::broadcast, "scatter_all_gather",
          algorithms::broadcast_scatter_all_gather},
    entry{operation_kind::broadcast, "chain", algorithms::broadcast_chain, applicability::always,
          true},
    entry{operation_kind::broadcast, "double_binary_tree", algorithms::broadcast_double_tree,
          applicability::always, true},
    entry{operation_kind::broadcast, "hierarchical_ring", algorithms::broadcast_hierarchical_ring,
          applicability::several_hosts, true},
    entry{operation_kind::broadcast, "hierarchical_tree", algorithms::broadcast_hierarchical_tree,
          applicability::several_hosts, true},
    entry{operation_kind::reduce, "direct", algorithms::reduce_direct},
    entry{operation_kind::reduce, "binomial", algorithms::reduce_binomial},
    entry{operation_kind::reduce, "reduce_scatter_gather",
          algorithms::reduce_reduce_scatter_gather},
    entry{operation_kind::reduce, "double_binary_tree", algorithms::reduce_double_tree,
          applicability::always, true},
    entry{operation_kind::gather, "direct", algorithms::gather_direct},
    entry{operation_kind::gather, "binomial", algorithms::gather_binomial},
    entry{operation_kind::scatter, "direct", algorithms::scatter_direct},
    entry{operation_kind::scatter, "binomial", algorithms::scatter_binomial},
    entry{operation_kind::all_to_all, "direct", algorithms::all_to_all_direct},
    entry{operation_kind::all_to_all, "pairwise", algorithms::all_to_all_pairwise},
    entry{operation_kind::all_to_all, "bruck", algorithms::all_to_all_bruck},
    entry{operation_kind::all_to_all_v, "direct", algorithms::all_to_all_direct},
    entry{operation_kind::all_to_all_v, "pairwise", algorithms::all_to_all_pairwise},
    entry{operation_kind::send_recv, "direct", algorithms::send_recv_direct},
    entry{operation_kind::ping_pong, "direct", algorithms::ping_pong_direct},
    entry{operation_kind::bidirectional, "direct", algorithms::bidirectional_direct},
    entry{operation_kind::send, "direct", algorithms::send_direct},
    entry{operation_kind::put, "direct", algorithms::put_direct},
    entry{operation_kind::get, "direct", algorithms::get_direct},
    entry{operation_kind::barrier, "dissemination", algorithms::barrier_dissemination},
    entry{operation_kind::barrier, "direct", algorithms::barrier_direct},
};

bool applies_to(const entry& one, std::int64_t ranks, std::int64_t ranks_per_host) {
    switch (one.applies) {
        case applicability::always: return true;
        case applicability::powers_of_two: return (ranks & (ranks - 1)) == 0;
        case applicability::several_hosts:
            return ranks_per_host > 1 && ranks > ranks_per_host && ranks % ranks_per_host == 0;
    }
    return false;
}

const entry& find(const schedule_request& request) {
    for (const entry& one : table) {
        if (one.kind == request.kind && one.name == request.algorithm) return one;
    }
    const std::vector<std::string> known = known_algorithms(request.kind);
    std::string names;
    for (const std::string& name : known) names += (names.empty() ? "" : ", ") + name;
    throw usage_error("make_schedule: " + std::string(name_of(request.kind)) +
                      " has no algorithm '" + request.algorithm + "' (known: " + names + ")" +
                      did_you_mean(request.algorithm, known));
}

bool offers_in_place(operation_kind kind) {
    switch (kind) {
        case operation_kind::all_to_all:
        case operation_kind::all_to_all_v:
        case operation_kind::send_recv: return false;
        default: return !is_pairwise(kind);
    }
}

std::string reason_against(const entry& one, const schedule_request& request) {
    if (one.applies == applicability::powers_of_two) {
        return ": applies only to a power of two of ranks, not to " + std::to_string(request.ranks);
    }
    const std::string needs =
        ": applies only to several hosts with equally many ranks, at least 2 and consecutive ones, "
        "on each";
    if (request.ranks_per_host < 1) return needs + "; these are not, or it is not known";
    return needs + ", not to " + std::to_string(request.ranks) + " ranks with " +
           std::to_string(request.ranks_per_host) + " a host";
}

void check(const schedule_request& request, const entry& one) {
    const std::string what =
        "make_schedule: " + std::string(name_of(request.kind)) + " " + request.algorithm;
    if (request.ranks < 1) {
        throw usage_error(what + ": " + std::to_string(request.ranks) + " ranks; give at least 1");
    }
    if (request.root < 0 || request.root >= request.ranks) {
        throw usage_error(what + ": root " + std::to_string(request.root) + " is not one of the " +
                          std::to_string(request.ranks) + " ranks");
    }
    if (!applies_to(one, request.ranks, request.ranks_per_host)) {
        throw capability_error(what + reason_against(one, request) + "; choose another algorithm");
    }
    if (request.segments < 0) {
        throw usage_error(what + ": " + std::to_string(request.segments) +
                          " segments; give at least 1, or 0 for the default");
    }
    if (request.in_place && !offers_in_place(request.kind)) {
        throw capability_error(what +
                               ": not offered in place: what arrives would overwrite what other "
                               "ranks have still to read; measure it out of place");
    }
}

// One rank: its input is its output, and there is no one to talk to.
schedule for_one_rank(const schedule_request& request) {
    schedule plan = algorithms::empty_schedule(request, 1, 1);
    const bool idle = request.in_place || is_pairwise(request.kind);
    if (request.kind == operation_kind::barrier) {
        plan.input_blocks = 0;
        plan.output_blocks = 0;
    } else if (!idle) {
        using namespace algorithms;
        add_round(plan, {.kind = pattern_kind::self},
                  {copying(in_input(block(0)), in_output(block(0)))});
    }
    return plan;
}

}  // namespace

std::vector<std::string> known_algorithms(operation_kind kind) {
    std::vector<std::string> names;
    for (const entry& one : table) {
        if (one.kind == kind) names.emplace_back(one.name);
    }
    return names;
}

std::vector<std::string> algorithms_for(operation_kind kind, std::int64_t ranks,
                                        std::int64_t ranks_per_host) {
    std::vector<std::string> names;
    for (const entry& one : table) {
        if (one.kind == kind && applies_to(one, ranks, ranks_per_host))
            names.emplace_back(one.name);
    }
    return names;
}

bool is_pipelined(operation_kind kind, std::string_view algorithm) {
    return std::any_of(table.begin(), table.end(), [&](const entry& one) {
        return one.kind == kind && one.name == algorithm && one.pipelined;
    });
}

schedule make_schedule(const schedule_request& request) {
    const entry& one = find(request);
    check(request, one);
    return request.ranks == 1 ? for_one_rank(request) : one.build(request);
}

}  // namespace railgauge
