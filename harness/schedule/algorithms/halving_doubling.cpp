// Recursive halving and doubling: partners at distance d share their part of the message, each
// reduces one half of it, and the other way round to gather. log2 n rounds with the least bytes.
// Rabenseifner, "Optimization of collective reduction operations", 2004.
#include "harness/schedule/algorithms/builders.hpp"

namespace railgauge::algorithms {
namespace {

pattern partners(std::int64_t distance, std::int64_t core) {
    return {.kind = pattern_kind::exchange, .distance = distance, .core = core};
}

// The `distance` blocks that the receiver goes on with.
index_expression half_of_receiver(std::int64_t distance) {
    return {.receiver = 1, .align = distance};
}

}  // namespace

// The message has a block for each of the `core` ranks. Ranks beyond the largest power of two hand
// their input to a partner at the start, and get the result from it at the end.
schedule all_reduce_halving_doubling(const schedule_request& request) {
    const std::int64_t n = request.ranks;
    const std::int64_t core = largest_power_of_two_up_to(n);
    schedule plan = empty_schedule(request, core, core);
    // Where nothing is folded, the first step reads inputs, and only the half that is reduced here
    // needs to be in the output.
    const std::int64_t own = core == n ? core / 2 : core;
    if (!request.in_place) {
        add_round(
            plan, {.kind = pattern_kind::self, .core = core},
            {copying(in_input(half_of_receiver(own), own), in_output(half_of_receiver(own), own))});
    }
    if (core != n) {
        add_round(plan, {.kind = pattern_kind::fold_in, .core = core},
                  {reducing(in_input(block(0), core), in_output(block(0), core))});
    }
    for (std::int64_t distance = core / 2; distance > 0; distance /= 2) {
        const bool from_input = core == n && distance == core / 2;
        const place target = in_output(half_of_receiver(distance), distance);
        place source = target;
        if (from_input) source.where = space::input;
        add_round(plan, partners(distance, core), {reducing(source, target)});
    }
    for (std::int64_t distance = 1; distance < core; distance *= 2) {
        const place gathered = in_output({.sender = 1, .align = distance}, distance);
        add_round(plan, partners(distance, core), {copying(gathered, gathered)});
    }
    if (core != n) {
        const place all = in_output(block(0), core);
        add_round(plan, {.kind = pattern_kind::fold_out, .core = core}, {copying(all, all)});
    }
    return plan;
}

// Powers of two only. Partial sums stand in scratch, n/2 blocks: block b in scratch b mod n/2.
schedule reduce_scatter_recursive_halving(const schedule_request& request) {
    const std::int64_t n = request.ranks;
    schedule plan = empty_schedule(request, n, 1, n / 2);
    const pattern to_itself{.kind = pattern_kind::self};
    place partial = in_input(of_receiver());
    for (std::int64_t distance = n / 2; distance > 1; distance /= 2) {
        const index_expression half = half_of_receiver(distance);
        if (distance == n / 2) {
            add_round(plan, to_itself,
                      {copying(in_input(half, distance), in_scratch(half, distance))});
        }
        partial.range = {.first = half, .count = distance};
        add_round(plan, partners(distance, n), {reducing(partial, in_scratch(half, distance))});
        partial = in_scratch(of_receiver());
    }
    const bool already_there = request.in_place && n == 2;
    if (!already_there) {
        add_round(plan, to_itself, {copying(partial, in_output(block(0)))});
    }
    add_round(plan, partners(1, n), {reducing(partial, in_output(block(0)))});
    return plan;
}

}  // namespace railgauge::algorithms
