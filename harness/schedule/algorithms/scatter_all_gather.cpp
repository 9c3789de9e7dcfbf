// A broadcast of large messages: a binomial scatter of n blocks, then a ring gathers them, so that
// no rank sends the whole message more than twice.
// Thakur, Rabenseifner, Gropp, "Optimization of collective communication operations in MPICH",
// 2005.
#include "harness/schedule/algorithms/builders.hpp"

namespace railgauge::algorithms {

schedule broadcast_scatter_all_gather(const schedule_request& request) {
    const std::int64_t n = request.ranks;
    schedule plan = empty_schedule(request, n, n);
    for (std::int64_t distance = largest_power_of_two_up_to(n - 1); distance > 0; distance /= 2) {
        const place part = in_output(of_receiver(), distance);
        move first = copying(in_input(of_receiver(), distance), part, condition::from_root);
        move onward = copying(part, part, condition::not_from_root);
        first.in_subtree = true;
        onward.in_subtree = true;
        add_round(plan, {.kind = pattern_kind::tree_down, .distance = distance}, {first, onward});
    }
    if (!request.in_place) {
        add_round(plan, {.kind = pattern_kind::self_root},
                  {copying(in_input(block(0), n), in_output(block(0), n))});
    }
    const place travelling = in_output({.sender = 1, .iteration = -1});
    add_round(plan, {.kind = pattern_kind::shift, .distance = 1},
              {copying(travelling, travelling, condition::not_to_root)}, n - 1);
    return plan;
}

}  // namespace railgauge::algorithms
