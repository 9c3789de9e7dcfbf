// Binomial trees: ranks counted from the root as v; in the step of distance d the ranks with
// v mod 2d = 0 and v + d talk. log2 n rounds; a broadcast or a reduction carries the whole message
// in each, a gather or a scatter what the child's subtree needs. Thakur, Rabenseifner, Gropp,
// "Optimization of collective communication operations in MPICH", 2005.
#include "harness/schedule/algorithms/builders.hpp"

namespace railgauge::algorithms {
namespace {

constexpr pattern root_to_itself{.kind = pattern_kind::self_root};

// Ranks with even v: the root, all inner ones, and a last one without children.
constexpr pattern even_to_itself{.kind = pattern_kind::self_tree, .distance = 1};

pattern tree(pattern_kind kind, std::int64_t distance) {
    return {.kind = kind, .distance = distance};
}

move for_subtree(move one) {
    one.in_subtree = true;
    return one;
}

}  // namespace

schedule broadcast_binomial(const schedule_request& request) {
    schedule plan = empty_schedule(request, 1, 1);
    const place output = in_output(block(0));
    const move first = copying(in_input(block(0)), output, condition::from_root);
    const move onward = copying(output, output, condition::not_from_root);
    const std::int64_t furthest = largest_power_of_two_up_to(request.ranks - 1);
    for (std::int64_t distance = furthest; distance > 0; distance /= 2) {
        add_round(plan, tree(pattern_kind::tree_down, distance), {first, onward});
    }
    if (!request.in_place) add_round(plan, root_to_itself, {first});
    return plan;
}

// Only the root has an output; the others sum in scratch. Odd ones have no children and offer their
// input as it is.
schedule reduce_binomial(const schedule_request& request) {
    schedule plan = empty_schedule(request, 1, 1, 1);
    const place input = in_input(block(0));
    const place scratch = in_scratch(block(0));
    std::vector<move> own{copying(input, scratch, condition::not_to_root)};
    if (!request.in_place) own.push_back(copying(input, in_output(block(0)), condition::to_root));
    add_round(plan, even_to_itself, own);
    for (std::int64_t distance = 1; distance < request.ranks; distance *= 2) {
        const place source = distance == 1 ? input : scratch;
        add_round(plan, tree(pattern_kind::tree_up, distance),
                  {reducing(source, in_output(block(0)), condition::to_root),
                   reducing(source, scratch, condition::not_to_root)});
    }
    return plan;
}

// Between root and leaves, scratch block j holds the block of the rank j after the own one.
schedule gather_binomial(const schedule_request& request) {
    const std::int64_t n = request.ranks;
    const std::int64_t furthest = largest_power_of_two_up_to(n - 1);
    schedule plan = empty_schedule(request, 1, n, n);
    const place own = in_input(block(0));
    std::vector<move> first{copying(own, in_scratch(block(0)), condition::not_to_root)};
    if (!request.in_place)
        first.push_back(copying(own, in_output(of_sender()), condition::to_root));
    add_round(plan, even_to_itself, first);
    for (std::int64_t distance = 1; distance <= furthest; distance *= 2) {
        const place source = distance == 1 ? own : in_scratch(block(0), distance);
        add_round(
            plan, tree(pattern_kind::tree_up, distance),
            {for_subtree(copying(source, in_output(of_sender(), distance), condition::to_root)),
             for_subtree(
                 copying(source, in_scratch(block(distance), distance), condition::not_to_root))});
    }
    return plan;
}

schedule scatter_binomial(const schedule_request& request) {
    const std::int64_t n = request.ranks;
    const std::int64_t furthest = largest_power_of_two_up_to(n - 1);
    schedule plan = empty_schedule(request, n, 1, n);
    const place own = in_output(block(0));
    for (std::int64_t distance = furthest; distance > 0; distance /= 2) {
        const place target = distance == 1 ? own : in_scratch(block(0), distance);
        add_round(
            plan, tree(pattern_kind::tree_down, distance),
            {for_subtree(copying(in_input(of_receiver(), distance), target, condition::from_root)),
             for_subtree(copying(in_scratch(block(distance), distance), target,
                                 condition::not_from_root))});
    }
    std::vector<move> last{copying(in_scratch(block(0)), own, condition::not_from_root)};
    if (!request.in_place) {
        last.push_back(copying(in_input(of_receiver()), own, condition::from_root));
    }
    add_round(plan, even_to_itself, last);
    return plan;
}

}  // namespace railgauge::algorithms
