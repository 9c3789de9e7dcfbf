// A broadcast that the root helps with: it writes one of n blocks into every output itself, while
// the others read the rest from it, so that all ranks copy equally much. For memory that ranks
// share, where a copy costs the time of whoever makes it.
#include "harness/schedule/algorithms/builders.hpp"

namespace railgauge::algorithms {

schedule broadcast_split(const schedule_request& request) {
    const std::int64_t n = request.ranks;
    schedule plan = empty_schedule(request, n, n);
    const index_expression after_root{.root = 1, .constant = 1};
    const index_expression of_root{.root = 1};
    // Who has arrived has said that its output is free.
    add_round(plan, {.kind = pattern_kind::to_root}, {});
    add_round(plan, {.kind = pattern_kind::from_root},
              {copying(in_input(after_root, n - 1), in_output(after_root, n - 1))});
    add_round(plan, {.kind = pattern_kind::from_root},
              {copying(in_input(of_root), in_output(of_root))}, 1, true);
    if (!request.in_place) {
        add_round(plan, {.kind = pattern_kind::self_root},
                  {copying(in_input(block(0), n), in_output(block(0), n))});
    }
    return plan;
}

}  // namespace railgauge::algorithms
