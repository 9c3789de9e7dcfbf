// Recursive doubling: in step k partners at distance 2^k exchange all they have. log2 n rounds,
// each with the whole message (all_reduce) or as much as was gathered so far (all_gather).
// Thakur, Rabenseifner, Gropp, "Optimization of collective communication operations in MPICH",
// 2005.
#include "harness/schedule/algorithms/builders.hpp"

namespace railgauge::algorithms {

// The sum after step k stands in a buffer of its own: the partner of an earlier step may still read
// the earlier buffers. The first is the input where nothing is added to it and nothing overwrites
// it, the last is the output, those between are scratch. Ranks beyond the largest power of two
// hand their input to a partner at the start, and get the result from it at the end.
schedule all_reduce_recursive_doubling(const schedule_request& request) {
    const std::int64_t n = request.ranks;
    const std::int64_t core = largest_power_of_two_up_to(n);
    const bool staged = request.in_place || core != n;
    const pattern core_to_itself{.kind = pattern_kind::self, .core = core};

    schedule plan = empty_schedule(request, 1, 1);
    place sum = in_input(block(0));
    if (staged) {
        sum = in_scratch(block(plan.scratch_blocks++));
        add_round(plan, core_to_itself, {copying(in_input(block(0)), sum)});
    }
    if (core != n) {
        add_round(plan, {.kind = pattern_kind::fold_in, .core = core},
                  {reducing(in_input(block(0)), sum)});
    }
    for (std::int64_t distance = 1; distance < core; distance *= 2) {
        const bool last = 2 * distance == core;
        const place next = last ? in_output(block(0)) : in_scratch(block(plan.scratch_blocks++));
        add_round(plan, core_to_itself, {copying(sum, next)});
        add_round(plan, {.kind = pattern_kind::exchange, .distance = distance, .core = core},
                  {reducing(sum, next)});
        sum = next;
    }
    if (core != n) {
        add_round(plan, {.kind = pattern_kind::fold_out, .core = core},
                  {copying(in_output(block(0)), in_output(block(0)))});
    }
    return plan;
}

// Powers of two only.
schedule all_gather_recursive_doubling(const schedule_request& request) {
    const std::int64_t n = request.ranks;
    schedule plan = empty_schedule(request, 1, n);
    if (!request.in_place) {
        add_round(plan, {.kind = pattern_kind::self},
                  {copying(in_input(block(0)), in_output(of_sender()))});
    }
    for (std::int64_t distance = 1; distance < n; distance *= 2) {
        const place gathered = in_output({.sender = 1, .align = distance}, distance);
        add_round(plan, {.kind = pattern_kind::exchange, .distance = distance, .core = n},
                  {copying(gathered, gathered)});
    }
    return plan;
}

}  // namespace railgauge::algorithms
