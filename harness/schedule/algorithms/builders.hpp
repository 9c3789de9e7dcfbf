// What the algorithms' files share: their entry points, and short words for rounds and moves.
#pragma once

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "harness/schedule/algorithms.hpp"
#include "harness/schedule/schedule.hpp"

namespace railgauge::algorithms {

// One function an algorithm and kind. All take requests with ranks >= 2 that the table in
// algorithms.cpp lets through (a number of ranks that applies, in_place only where it is offered).
schedule all_reduce_direct(const schedule_request& request);
schedule all_reduce_all_pairs(const schedule_request& request);
schedule all_reduce_ring(const schedule_request& request);
schedule all_reduce_pairwise(const schedule_request& request);
schedule all_reduce_recursive_doubling(const schedule_request& request);
schedule all_reduce_halving_doubling(const schedule_request& request);
schedule all_reduce_double_tree(const schedule_request& request);
schedule all_reduce_hierarchical_ring(const schedule_request& request);
schedule all_reduce_hierarchical_tree(const schedule_request& request);

schedule all_gather_direct(const schedule_request& request);
schedule all_gather_ring(const schedule_request& request);
schedule all_gather_recursive_doubling(const schedule_request& request);
schedule all_gather_bruck(const schedule_request& request);
schedule all_gather_pairwise(const schedule_request& request);
schedule all_gather_hierarchical_ring(const schedule_request& request);

schedule reduce_scatter_direct(const schedule_request& request);
schedule reduce_scatter_ring(const schedule_request& request);
schedule reduce_scatter_recursive_halving(const schedule_request& request);
schedule reduce_scatter_pairwise(const schedule_request& request);
schedule reduce_scatter_hierarchical_ring(const schedule_request& request);

schedule broadcast_direct(const schedule_request& request);
schedule broadcast_split(const schedule_request& request);
schedule broadcast_binomial(const schedule_request& request);
schedule broadcast_scatter_all_gather(const schedule_request& request);
schedule broadcast_chain(const schedule_request& request);
schedule broadcast_double_tree(const schedule_request& request);
schedule broadcast_hierarchical_ring(const schedule_request& request);
schedule broadcast_hierarchical_tree(const schedule_request& request);

schedule reduce_direct(const schedule_request& request);
schedule reduce_binomial(const schedule_request& request);
schedule reduce_reduce_scatter_gather(const schedule_request& request);
schedule reduce_double_tree(const schedule_request& request);

schedule gather_direct(const schedule_request& request);
schedule gather_binomial(const schedule_request& request);
schedule scatter_direct(const schedule_request& request);
schedule scatter_binomial(const schedule_request& request);

schedule all_to_all_direct(const schedule_request& request);
schedule all_to_all_pairwise(const schedule_request& request);
schedule all_to_all_bruck(const schedule_request& request);

schedule send_recv_direct(const schedule_request& request);
schedule ping_pong_direct(const schedule_request& request);
schedule bidirectional_direct(const schedule_request& request);
schedule send_direct(const schedule_request& request);
schedule put_direct(const schedule_request& request);
schedule get_direct(const schedule_request& request);
schedule barrier_direct(const schedule_request& request);
schedule barrier_dissemination(const schedule_request& request);

/// A schedule without rounds for the request.
inline schedule empty_schedule(const schedule_request& request, std::int64_t input_blocks,
                               std::int64_t output_blocks, std::int64_t scratch_blocks = 0) {
    return {.kind = request.kind,
            .algorithm = request.algorithm,
            .ranks = request.ranks,
            .root = request.root,
            .ranks_per_host = std::max<std::int64_t>(1, request.ranks_per_host),
            .in_place = request.in_place,
            .input_blocks = input_blocks,
            .output_blocks = output_blocks,
            .scratch_blocks = scratch_blocks,
            .rounds = {}};
}

/// How many segments go along each path of a pipeline.
inline std::int64_t segments_of(const schedule_request& request) {
    constexpr std::int64_t unless_asked = 4;
    return request.segments > 0 ? request.segments : unless_asked;
}

/// Some blocks of a space: what a move goes from or to.
struct place {
    space where = space::input;
    block_range range;
};

inline place in_input(index_expression first, std::int64_t count = 1) {
    return {space::input, {.first = first, .count = count}};
}
inline place in_output(index_expression first, std::int64_t count = 1) {
    return {space::output, {.first = first, .count = count}};
}
inline place in_scratch(index_expression first, std::int64_t count = 1) {
    return {space::scratch, {.first = first, .count = count}};
}

inline index_expression block(std::int64_t index) {
    return {.constant = index};
}
inline index_expression of_sender(std::int64_t constant = 0) {
    return {.sender = 1, .constant = constant};
}
inline index_expression of_receiver(std::int64_t constant = 0) {
    return {.receiver = 1, .constant = constant};
}

inline move copying(const place& from, const place& to, condition when = condition::always) {
    return {.source_space = from.where,
            .source = from.range,
            .target_space = to.where,
            .target = to.range,
            .what = action::copy,
            .when = when};
}
inline move reducing(const place& from, const place& to, condition when = condition::always) {
    move result = copying(from, to, when);
    result.what = action::reduce;
    return result;
}

inline void add_round(schedule& plan, const pattern& peers, std::vector<move> moves,
                      std::int64_t repeat = 1, bool put = false) {
    if (repeat == 0) return;
    plan.rounds.push_back(
        {.peers = peers, .moves = std::move(moves), .repeat = repeat, .put = put});
}

inline std::int64_t largest_power_of_two_up_to(std::int64_t value) {
    std::int64_t power = 1;
    while (2 * power <= value) power *= 2;
    return power;
}

}  // namespace railgauge::algorithms
