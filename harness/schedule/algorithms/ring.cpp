// Ring: blocks travel from rank to rank in n-1 steps. Moves the least bytes that are possible and
// each rank only talks to its neighbours; the time grows with n for small messages.
// Patarasuk and Yuan, "Bandwidth optimal all-reduce algorithms for clusters of workstations", 2009.
#include "harness/schedule/algorithms/builders.hpp"

namespace railgauge::algorithms {
namespace {

constexpr pattern to_itself{.kind = pattern_kind::self};
constexpr pattern to_next{.kind = pattern_kind::shift, .distance = 1};

// Block sender + constant - iteration.
index_expression travelling(std::int64_t constant) {
    return {.sender = 1, .iteration = -1, .constant = constant};
}

// Block b, whole in rank b + offset, goes round to all other ranks.
void add_all_gather(schedule& plan, std::int64_t offset) {
    const place travelling_block = in_output(travelling(-offset));
    add_round(plan, to_next, {copying(travelling_block, travelling_block)}, plan.ranks - 1);
}

}  // namespace

// Block b starts at rank b, gathers the contributions of b+1, b+2, ... and is whole at b-1.
schedule all_reduce_ring(const schedule_request& request) {
    const std::int64_t n = request.ranks;
    schedule plan = empty_schedule(request, n, n);
    if (!request.in_place) {
        add_round(plan, to_itself,
                  {copying(in_input(of_sender(1), n - 1), in_output(of_sender(1), n - 1))});
    }
    add_round(plan, to_next, {reducing(in_input(of_sender()), in_output(of_sender()))});
    const place partial = in_output(travelling(-1));
    add_round(plan, to_next, {reducing(partial, partial)}, n - 2);
    add_all_gather(plan, -1);
    return plan;
}

schedule all_gather_ring(const schedule_request& request) {
    schedule plan = empty_schedule(request, 1, request.ranks);
    if (!request.in_place) {
        add_round(plan, to_itself, {copying(in_input(block(0)), in_output(of_sender()))});
    }
    add_all_gather(plan, 0);
    return plan;
}

// Block b starts at rank b+1 and is whole at b. Rank r holds its partial sum of block r+1+j in
// scratch block j: a fresh one in each step, because the next rank may still read the last one.
schedule reduce_scatter_ring(const schedule_request& request) {
    const std::int64_t n = request.ranks;
    schedule plan = empty_schedule(request, n, 1, n - 2);
    std::vector<move> own;
    if (n > 2) own.push_back(copying(in_input(of_sender(1), n - 2), in_scratch(block(0), n - 2)));
    if (!request.in_place) own.push_back(copying(in_input(of_sender()), in_output(block(0))));
    if (!own.empty()) add_round(plan, to_itself, own);

    const place first = n > 2 ? in_scratch(block(n - 3)) : in_output(block(0));
    add_round(plan, to_next, {reducing(in_input(of_sender(-1)), first)});
    if (n == 2) return plan;
    const index_expression descending{.iteration = -1, .constant = n - 3};
    const index_expression one_below{.iteration = -1, .constant = n - 4};
    add_round(plan, to_next, {reducing(in_scratch(descending), in_scratch(one_below))}, n - 3);
    add_round(plan, to_next, {reducing(in_scratch(block(0)), in_output(block(0)))});
    return plan;
}

}  // namespace railgauge::algorithms
