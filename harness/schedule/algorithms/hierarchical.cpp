// Hierarchical: first among the ranks of each host, then along the rails (rail l joins the ranks
// with number l in their hosts, one a host), so that what crosses between hosts is as little as
// possible and spread over all ranks, each of which may have a NIC of its own. With g ranks a host
// on h hosts, each rank sends about 1/g of what a ring over all ranks sends between hosts. Along
// a rail: a ring or a chain (the least bytes), or the double binary tree (the fewest steps).
// Thakur, Gropp, "Improving the performance of collective operations in MPICH", 2003 (levels); the
// rails as in hierarchical all_reduce on GPU clusters.
#include "harness/schedule/algorithms/builders.hpp"

namespace railgauge::algorithms {
namespace {

constexpr pattern to_itself{.kind = pattern_kind::self};
constexpr pattern within_host{.kind = pattern_kind::everyone, .among = scope::host};
constexpr pattern ring_of_rail{.kind = pattern_kind::shift, .distance = 1, .among = scope::rail};

pattern along_rail(pattern_kind kind) {
    return {.kind = kind, .among = scope::rail};
}

// A message of g parts of `blocks` blocks: that of the sender's or the receiver's rail, whole.
index_expression part_of_sender(std::int64_t blocks) {
    return {.modulus = 1, .sender_lane = blocks};
}
index_expression part_of_receiver(std::int64_t blocks) {
    return {.modulus = 1, .receiver_lane = blocks};
}

// Of the rail's part, the block of the iteration.
index_expression next_of_part(std::int64_t blocks) {
    return {.iteration = 1, .modulus = blocks, .sender_lane = blocks};
}

// Every rank of a host sums its rail's part of the message over the host.
void add_host_reduce_scatter(schedule& plan, std::int64_t blocks) {
    const index_expression part = part_of_receiver(blocks);
    if (!plan.in_place) {
        add_round(plan, to_itself, {copying(in_input(part, blocks), in_output(part, blocks))});
    }
    add_round(plan, within_host, {reducing(in_input(part, blocks), in_output(part, blocks))});
}

// And gives it to the others when it is done. They have offered their inputs to it before, so that
// their outputs are free.
void add_host_all_gather(schedule& plan, std::int64_t blocks) {
    const place part = in_output(part_of_sender(blocks), blocks);
    add_round(plan, within_host, {copying(part, part)}, 1, true);
}

}  // namespace

// Block b of a rail's part starts at host b and is whole at host b - 1.
schedule all_reduce_hierarchical_ring(const schedule_request& request) {
    const std::int64_t hosts = request.ranks / request.ranks_per_host;
    schedule plan = empty_schedule(request, request.ranks, request.ranks);
    add_host_reduce_scatter(plan, hosts);
    const auto travelling = [hosts](std::int64_t constant) {
        return in_output({.sender = 1,
                          .iteration = -1,
                          .constant = constant,
                          .modulus = hosts,
                          .by_host = true,
                          .sender_lane = hosts});
    };
    add_round(plan, ring_of_rail, {reducing(travelling(0), travelling(0))}, hosts - 1);
    add_round(plan, ring_of_rail, {copying(travelling(1), travelling(1))}, hosts - 1);
    add_host_all_gather(plan, hosts);
    return plan;
}

schedule all_reduce_hierarchical_tree(const schedule_request& request) {
    const std::int64_t blocks = 2 * segments_of(request);
    const std::int64_t all = request.ranks_per_host * blocks;
    schedule plan = empty_schedule(request, all, all);
    add_host_reduce_scatter(plan, blocks);
    const place next = in_output(next_of_part(blocks));
    add_round(plan, along_rail(pattern_kind::two_trees_up), {reducing(next, next)}, blocks);
    add_round(plan, along_rail(pattern_kind::two_trees_down), {copying(next, next)}, blocks);
    add_host_all_gather(plan, blocks);
    return plan;
}

// The rail first: within the host goes then what every rail has gathered, one block a host.
schedule all_gather_hierarchical_ring(const schedule_request& request) {
    const std::int64_t g = request.ranks_per_host;
    const std::int64_t hosts = request.ranks / g;
    schedule plan = empty_schedule(request, 1, request.ranks);
    if (!request.in_place) {
        add_round(plan, to_itself, {copying(in_input(block(0)), in_output(of_sender()))});
    }
    const place travelling = in_output({.sender = 1, .iteration = -g});
    add_round(plan, ring_of_rail, {copying(travelling, travelling)}, hosts - 1);
    place gathered = in_output(of_sender(), hosts);
    gathered.range.stride = g;
    add_round(plan, within_host, {copying(gathered, gathered)});
    return plan;
}

// Rank r sums over its host what its rail needs: its own block in the output, and that of rank
// r + (j + 1) g in scratch block j. Block b then starts at the host after that of rank b and ends
// there.
schedule reduce_scatter_hierarchical_ring(const schedule_request& request) {
    const std::int64_t g = request.ranks_per_host;
    const std::int64_t others = request.ranks / g - 1;
    schedule plan = empty_schedule(request, request.ranks, 1, others);
    place of_rail = in_input(of_receiver(g), others);
    of_rail.range.stride = g;
    const place own = in_input(of_receiver());
    const place scratch = in_scratch(block(0), others);
    const place output = in_output(block(0));
    std::vector<move> first{copying(of_rail, scratch)};
    if (!request.in_place) first.push_back(copying(own, output));
    add_round(plan, to_itself, first);
    add_round(plan, within_host, {reducing(of_rail, scratch), reducing(own, output)});
    const index_expression descending{.iteration = -1, .constant = others - 1};
    const index_expression one_below{.iteration = -1, .constant = others - 2};
    add_round(plan, ring_of_rail, {reducing(in_scratch(descending), in_scratch(one_below))},
              others - 1);
    add_round(plan, ring_of_rail, {reducing(in_scratch(block(0)), output)});
    return plan;
}

namespace {

// The root's host scatters the message over the rails, each carries its part to all hosts, and each
// host gathers it.
schedule broadcast_over_rails(const schedule_request& request, pattern_kind kind,
                              std::int64_t blocks) {
    const std::int64_t all = request.ranks_per_host * blocks;
    schedule plan = empty_schedule(request, all, all);
    const index_expression received = part_of_receiver(blocks);
    add_round(plan, {.kind = pattern_kind::from_root, .among = scope::root_host},
              {copying(in_input(received, blocks), in_output(received, blocks))});
    const index_expression next = next_of_part(blocks);
    add_round(plan, along_rail(kind),
              {copying(in_input(next), in_output(next), condition::from_root),
               copying(in_output(next), in_output(next), condition::not_from_root)},
              blocks);
    const index_expression sent = part_of_sender(blocks);
    move onward =
        copying(in_output(sent, blocks), in_output(sent, blocks), condition::not_from_root);
    onward.and_when = condition::not_to_root;
    add_round(
        plan, within_host,
        {copying(in_input(sent, blocks), in_output(sent, blocks), condition::from_root), onward});
    if (!request.in_place) {
        add_round(plan, {.kind = pattern_kind::self_root},
                  {copying(in_input(block(0), all), in_output(block(0), all))});
    }
    return plan;
}

}  // namespace

schedule broadcast_hierarchical_ring(const schedule_request& request) {
    return broadcast_over_rails(request, pattern_kind::chain, segments_of(request));
}

schedule broadcast_hierarchical_tree(const schedule_request& request) {
    return broadcast_over_rails(request, pattern_kind::two_trees_down, 2 * segments_of(request));
}

}  // namespace railgauge::algorithms
