// All pairs: every rank reads all inputs whole and reduces them for itself. One round: the fastest
// for messages of a few cache lines and few ranks; n-1 times the message is read by each rank.
// With the ranks' order rotated, sums of floating-point numbers may differ between ranks.
#include "harness/schedule/algorithms/builders.hpp"

namespace railgauge::algorithms {

schedule all_reduce_all_pairs(const schedule_request& request) {
    // In place the others must not see the sum grow, so they read a copy.
    schedule plan = empty_schedule(request, 1, 1, request.in_place ? 1 : 0);
    const place own = request.in_place ? in_scratch(block(0)) : in_input(block(0));
    const place copy = request.in_place ? in_scratch(block(0)) : in_output(block(0));
    add_round(plan, {.kind = pattern_kind::self}, {copying(in_input(block(0)), copy)});
    add_round(plan, {.kind = pattern_kind::everyone}, {reducing(own, in_output(block(0)))});
    return plan;
}

}  // namespace railgauge::algorithms
