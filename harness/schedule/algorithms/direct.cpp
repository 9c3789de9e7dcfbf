// Direct: every block goes from where it is to where it is needed, in one step. Fewest rounds and
// bytes; a rank talks to all others, which suits shared memory and few ranks.
#include "harness/schedule/algorithms/builders.hpp"

namespace railgauge::algorithms {
namespace {

constexpr pattern to_itself{.kind = pattern_kind::self};
constexpr pattern root_to_itself{.kind = pattern_kind::self_root};
constexpr pattern everyone{.kind = pattern_kind::everyone};
constexpr pattern to_root{.kind = pattern_kind::to_root};
constexpr pattern from_root{.kind = pattern_kind::from_root};

}  // namespace

// Each rank reduces its block of all inputs, then writes it into all outputs. The others have
// offered their inputs before, which says that their outputs are free.
schedule all_reduce_direct(const schedule_request& request) {
    schedule plan = empty_schedule(request, request.ranks, request.ranks);
    if (!request.in_place) {
        add_round(plan, to_itself, {copying(in_input(of_sender()), in_output(of_sender()))});
    }
    add_round(plan, everyone, {reducing(in_input(of_receiver()), in_output(of_receiver()))});
    add_round(plan, everyone, {copying(in_output(of_sender()), in_output(of_sender()))}, 1, true);
    return plan;
}

schedule all_gather_direct(const schedule_request& request) {
    schedule plan = empty_schedule(request, 1, request.ranks);
    add_round(plan, everyone, {copying(in_input(block(0)), in_output(of_sender()))});
    if (!request.in_place) {
        add_round(plan, to_itself, {copying(in_input(block(0)), in_output(of_sender()))});
    }
    return plan;
}

schedule reduce_scatter_direct(const schedule_request& request) {
    schedule plan = empty_schedule(request, request.ranks, 1);
    if (!request.in_place) {
        add_round(plan, to_itself, {copying(in_input(of_sender()), in_output(block(0)))});
    }
    add_round(plan, everyone, {reducing(in_input(of_receiver()), in_output(block(0)))});
    return plan;
}

schedule broadcast_direct(const schedule_request& request) {
    schedule plan = empty_schedule(request, 1, 1);
    add_round(plan, from_root, {copying(in_input(block(0)), in_output(block(0)))});
    if (!request.in_place) {
        add_round(plan, root_to_itself, {copying(in_input(block(0)), in_output(block(0)))});
    }
    return plan;
}

schedule reduce_direct(const schedule_request& request) {
    schedule plan = empty_schedule(request, 1, 1);
    if (!request.in_place) {
        add_round(plan, root_to_itself, {copying(in_input(block(0)), in_output(block(0)))});
    }
    add_round(plan, to_root, {reducing(in_input(block(0)), in_output(block(0)))});
    return plan;
}

schedule gather_direct(const schedule_request& request) {
    schedule plan = empty_schedule(request, 1, request.ranks);
    if (!request.in_place) {
        add_round(plan, root_to_itself, {copying(in_input(block(0)), in_output(of_sender()))});
    }
    add_round(plan, to_root, {copying(in_input(block(0)), in_output(of_sender()))});
    return plan;
}

schedule scatter_direct(const schedule_request& request) {
    schedule plan = empty_schedule(request, request.ranks, 1);
    add_round(plan, from_root, {copying(in_input(of_receiver()), in_output(block(0)))});
    if (!request.in_place) {
        add_round(plan, root_to_itself, {copying(in_input(of_receiver()), in_output(block(0)))});
    }
    return plan;
}

schedule all_to_all_direct(const schedule_request& request) {
    schedule plan = empty_schedule(request, request.ranks, request.ranks);
    const move one = copying(in_input(of_receiver()), in_output(of_sender()));
    add_round(plan, everyone, {one});
    add_round(plan, to_itself, {one});
    return plan;
}

schedule send_recv_direct(const schedule_request& request) {
    schedule plan = empty_schedule(request, 1, 1);
    add_round(plan, {.kind = pattern_kind::shift, .distance = 1},
              {copying(in_input(block(0)), in_output(block(0)))});
    return plan;
}

schedule ping_pong_direct(const schedule_request& request) {
    schedule plan = empty_schedule(request, 1, 1);
    const move one = copying(in_input(block(0)), in_output(block(0)));
    add_round(plan, {.kind = pattern_kind::even_odd}, {one});
    add_round(plan, {.kind = pattern_kind::odd_even}, {one});
    return plan;
}

schedule bidirectional_direct(const schedule_request& request) {
    schedule plan = empty_schedule(request, 1, 1);
    const std::int64_t paired = request.ranks - request.ranks % 2;
    add_round(plan, {.kind = pattern_kind::exchange, .distance = 1, .core = paired},
              {copying(in_input(block(0)), in_output(block(0)))});
    return plan;
}

schedule send_direct(const schedule_request& request) {
    schedule plan = empty_schedule(request, 1, 1);
    add_round(plan, {.kind = pattern_kind::even_odd},
              {copying(in_input(block(0)), in_output(block(0)))});
    return plan;
}

// The target says first that its output is free.
schedule put_direct(const schedule_request& request) {
    schedule plan = empty_schedule(request, 1, 1);
    add_round(plan, {.kind = pattern_kind::odd_even}, {});
    add_round(plan, {.kind = pattern_kind::even_odd},
              {copying(in_input(block(0)), in_output(block(0)))}, 1, true);
    return plan;
}

// Receiving is reading the sender's memory. The sender may go once that is done.
schedule get_direct(const schedule_request& request) {
    schedule plan = empty_schedule(request, 1, 1);
    add_round(plan, {.kind = pattern_kind::odd_even},
              {copying(in_input(block(0)), in_output(block(0)))});
    return plan;
}

schedule barrier_direct(const schedule_request& request) {
    schedule plan = empty_schedule(request, 0, 0);
    add_round(plan, everyone, {});
    return plan;
}

}  // namespace railgauge::algorithms
