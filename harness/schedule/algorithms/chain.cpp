// Chain: the message goes from the root through all ranks, one after the other, in segments that
// follow each other, so that every link is at work at a time. The time grows with the number of
// ranks for small messages; for large ones each rank sends and receives the message once.
#include "harness/schedule/algorithms/builders.hpp"

namespace railgauge::algorithms {

schedule broadcast_chain(const schedule_request& request) {
    const std::int64_t segments = segments_of(request);
    schedule plan = empty_schedule(request, segments, segments);
    const index_expression next{.iteration = 1, .modulus = segments};
    add_round(plan, {.kind = pattern_kind::chain},
              {copying(in_input(next), in_output(next), condition::from_root),
               copying(in_output(next), in_output(next), condition::not_from_root)},
              segments);
    if (!request.in_place) {
        add_round(plan, {.kind = pattern_kind::self_root},
                  {copying(in_input(block(0), segments), in_output(block(0), segments))});
    }
    return plan;
}

}  // namespace railgauge::algorithms
