// Dissemination barrier: in step k each rank tells r + 2^k that it and those it heard of are here.
// Hensgen, Finkel, Manber, "Two algorithms for barrier synchronization", 1988.
#include "harness/schedule/algorithms/builders.hpp"

namespace railgauge::algorithms {

schedule barrier_dissemination(const schedule_request& request) {
    schedule plan = empty_schedule(request, 0, 0);
    for (std::int64_t distance = 1; distance < request.ranks; distance *= 2) {
        add_round(plan, {.kind = pattern_kind::shift, .distance = distance}, {});
    }
    return plan;
}

}  // namespace railgauge::algorithms
