// Double binary tree: two binary trees, each for half of the message, with every rank an inner node
// in one of them at most, so that none sends or sums more than the message once. Segments follow
// each other through the trees, taking turns. log2 n deep, and full bandwidth.
// Sanders, Speck, Traeff, "Two-tree algorithms for full bandwidth broadcast, reduction and scan",
// 2009.
#include "harness/schedule/algorithms/builders.hpp"

namespace railgauge::algorithms {
namespace {

constexpr pattern up{.kind = pattern_kind::two_trees_up};
constexpr pattern down{.kind = pattern_kind::two_trees_down};
constexpr pattern inner_to_itself{.kind = pattern_kind::two_trees_self};

// Block i, in iteration i.
index_expression next_of(std::int64_t blocks) {
    return {.iteration = 1, .modulus = blocks};
}

move also_when(move one, condition when) {
    one.and_when = when;
    return one;
}

}  // namespace

schedule broadcast_double_tree(const schedule_request& request) {
    const std::int64_t blocks = 2 * segments_of(request);
    schedule plan = empty_schedule(request, blocks, blocks);
    const place input = in_input(next_of(blocks));
    const place output = in_output(next_of(blocks));
    add_round(plan, down,
              {copying(input, output, condition::from_root),
               copying(output, output, condition::not_from_root)},
              blocks);
    if (!request.in_place) {
        add_round(plan, {.kind = pattern_kind::self_root},
                  {copying(in_input(block(0), blocks), in_output(block(0), blocks))});
    }
    return plan;
}

// Only the root has an output; the others sum in scratch.
schedule reduce_double_tree(const schedule_request& request) {
    const std::int64_t blocks = 2 * segments_of(request);
    schedule plan = empty_schedule(request, blocks, blocks, blocks);
    const place input = in_input(next_of(blocks));
    const place output = in_output(next_of(blocks));
    const place scratch = in_scratch(next_of(blocks));
    std::vector<move> own{copying(input, scratch, condition::not_to_root)};
    if (!request.in_place) own.push_back(copying(input, output, condition::to_root));
    add_round(plan, inner_to_itself, own, blocks);

    move onward = reducing(scratch, scratch, condition::not_to_root);
    onward.keeps_number = true;
    add_round(plan, up,
              {also_when(reducing(input, output, condition::to_root), condition::from_leaf),
               also_when(reducing(input, scratch, condition::not_to_root), condition::from_leaf),
               also_when(reducing(scratch, output, condition::to_root), condition::not_from_leaf),
               also_when(onward, condition::not_from_leaf)},
              blocks);
    return plan;
}

// Up and down the same trees, from and to rank 0.
schedule all_reduce_double_tree(const schedule_request& request) {
    const std::int64_t blocks = 2 * segments_of(request);
    schedule plan = empty_schedule(request, blocks, blocks);
    const place input = in_input(next_of(blocks));
    const place output = in_output(next_of(blocks));
    if (!request.in_place) add_round(plan, inner_to_itself, {copying(input, output)}, blocks);
    add_round(plan, up,
              {reducing(input, output, condition::from_leaf),
               reducing(output, output, condition::not_from_leaf)},
              blocks);
    add_round(plan, down, {copying(output, output)}, blocks);
    return plan;
}

}  // namespace railgauge::algorithms
