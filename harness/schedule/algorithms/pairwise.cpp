// Pairwise: n-1 rounds; in round k rank r sends to r + k and receives from r - k, so that each rank
// serves one other at a time.
#include "harness/schedule/algorithms/builders.hpp"

namespace railgauge::algorithms {
namespace {

constexpr pattern to_itself{.kind = pattern_kind::self};
constexpr pattern ever_further{.kind = pattern_kind::shift, .distance = 1, .step = 1};

}  // namespace

// Each rank reduces its block of all inputs, then sends it to all others.
schedule all_reduce_pairwise(const schedule_request& request) {
    const std::int64_t n = request.ranks;
    schedule plan = empty_schedule(request, n, n);
    if (!request.in_place) {
        add_round(plan, to_itself, {copying(in_input(of_sender()), in_output(of_sender()))});
    }
    add_round(plan, ever_further, {reducing(in_input(of_receiver()), in_output(of_receiver()))},
              n - 1);
    add_round(plan, ever_further, {copying(in_output(of_sender()), in_output(of_sender()))}, n - 1);
    return plan;
}

schedule reduce_scatter_pairwise(const schedule_request& request) {
    const std::int64_t n = request.ranks;
    schedule plan = empty_schedule(request, n, 1);
    if (!request.in_place) {
        add_round(plan, to_itself, {copying(in_input(of_sender()), in_output(block(0)))});
    }
    add_round(plan, ever_further, {reducing(in_input(of_receiver()), in_output(block(0)))}, n - 1);
    return plan;
}

schedule all_gather_pairwise(const schedule_request& request) {
    const std::int64_t n = request.ranks;
    schedule plan = empty_schedule(request, 1, n);
    const move own = copying(in_input(block(0)), in_output(of_sender()));
    if (!request.in_place) {
        add_round(plan, to_itself, {own});
    }
    add_round(plan, ever_further, {own}, n - 1);
    return plan;
}

schedule all_to_all_pairwise(const schedule_request& request) {
    const std::int64_t n = request.ranks;
    schedule plan = empty_schedule(request, n, n);
    const move one = copying(in_input(of_receiver()), in_output(of_sender()));
    add_round(plan, to_itself, {one});
    add_round(plan, ever_further, {one}, n - 1);
    return plan;
}

}  // namespace railgauge::algorithms
