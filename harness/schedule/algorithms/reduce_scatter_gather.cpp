// A reduction of large messages: each rank reduces one of n blocks, then writes it into the root's
// output. The root has offered its input to all before, which says that its output is free.
#include "harness/schedule/algorithms/builders.hpp"

namespace railgauge::algorithms {

schedule reduce_reduce_scatter_gather(const schedule_request& request) {
    const std::int64_t n = request.ranks;
    schedule plan = empty_schedule(request, n, n, 1);
    const place own = in_input(of_receiver());
    const place scratch = in_scratch(block(0));
    const place output = in_output(of_receiver());
    std::vector<move> first{copying(own, scratch, condition::not_to_root)};
    if (!request.in_place) first.push_back(copying(own, output, condition::to_root));
    add_round(plan, {.kind = pattern_kind::self}, first);
    add_round(plan, {.kind = pattern_kind::everyone},
              {reducing(own, scratch, condition::not_to_root),
               reducing(own, output, condition::to_root)});
    add_round(plan, {.kind = pattern_kind::to_root}, {copying(scratch, in_output(of_sender()))}, 1,
              true);
    return plan;
}

}  // namespace railgauge::algorithms
