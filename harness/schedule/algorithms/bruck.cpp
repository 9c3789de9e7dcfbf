// Bruck: ceil(log2 n) rounds for any number of ranks.
// Bruck et al., "Efficient algorithms for all-to-all communications in multiport message-passing
// systems", 1997.
#include <algorithm>

#include "harness/schedule/algorithms/builders.hpp"

namespace railgauge::algorithms {

// Rank r gathers the blocks of r, r+1, ...: in each step as many as it has, or the rest.
schedule all_gather_bruck(const schedule_request& request) {
    const std::int64_t n = request.ranks;
    schedule plan = empty_schedule(request, 1, n);
    if (!request.in_place) {
        add_round(plan, {.kind = pattern_kind::self},
                  {copying(in_input(block(0)), in_output(of_sender()))});
    }
    for (std::int64_t have = 1; have < n; have *= 2) {
        const place gathered = in_output(of_sender(), std::min(have, n - have));
        add_round(plan, {.kind = pattern_kind::shift, .distance = -have},
                  {copying(gathered, gathered)});
    }
    return plan;
}

// Slot j of rank r starts with the block for rank r + j and is passed on by 2^k in step k where bit
// k of j is set, so it ends with the block of rank r - j. Each step fills n fresh scratch blocks,
// because the next rank may still read those of the step before.
schedule all_to_all_bruck(const schedule_request& request) {
    const std::int64_t n = request.ranks;
    schedule plan = empty_schedule(request, n, n);
    const pattern to_itself{.kind = pattern_kind::self};
    place from = in_input(of_sender(), n);
    place to = in_scratch(block(0), n);
    int bit = 0;
    for (std::int64_t distance = 1; distance < n; distance *= 2, ++bit) {
        to.range.base = plan.scratch_blocks;
        plan.scratch_blocks += n;
        from.range.bit = bit;
        to.range.bit = bit;
        from.range.bit_clear = false;
        to.range.bit_clear = false;
        add_round(plan, {.kind = pattern_kind::shift, .distance = distance}, {copying(from, to)});
        from.range.bit_clear = true;
        to.range.bit_clear = true;
        add_round(plan, to_itself, {copying(from, to)});
        from = to;
    }
    place slot = in_scratch({.iteration = 1});
    slot.range.base = plan.scratch_blocks - n;
    add_round(plan, to_itself, {copying(slot, in_output({.sender = 1, .iteration = -1}))}, n);
    return plan;
}

}  // namespace railgauge::algorithms
