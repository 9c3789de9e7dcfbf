#include "harness/schedule/schedule.hpp"

#include <algorithm>

#include "harness/schedule/members.hpp"
#include "harness/schedule/modulo.hpp"
#include "harness/schedule/two_trees.hpp"

namespace railgauge {
namespace {

// Walks the block indices of a range for one message.
class range_walk {
public:
    range_walk(const block_range& range, std::int64_t blocks, const schedule& plan,
               std::int64_t sender, std::int64_t receiver, std::int64_t iteration, bool scratch)
        : range_(range),
          modulus_(scratch && range.first.modulus == 0 ? std::min(blocks, plan.ranks) : blocks) {
        const index_expression& e = range.first;
        const std::int64_t group = plan.ranks_per_host;
        const std::int64_t unit = e.by_host ? group : 1;
        const std::int64_t index =
            wrapped(e.sender * (sender / unit) + e.receiver * (receiver / unit) +
                        e.root * (plan.root / unit) + e.iteration * iteration + e.constant,
                    e.modulus > 0 ? e.modulus : plan.ranks);
        first_ = index - index % e.align + e.sender_lane * (sender % group) +
                 e.receiver_lane * (receiver % group);
    }

    bool selects(std::int64_t offset) const {
        return range_.bit < 0 || (((offset >> range_.bit) & 1) != 0) != range_.bit_clear;
    }

    std::int64_t block(std::int64_t offset) const {
        return range_.base + wrapped(first_ + offset * range_.stride, modulus_);
    }

private:
    const block_range& range_;
    std::int64_t modulus_;
    std::int64_t first_ = 0;
};

// Whether the sender has no children in the tree of the iteration.
bool from_leaf(const schedule& plan, const round& step, std::int64_t iteration,
               std::int64_t sender) {
    const members group = members_of(plan, step.peers.among, sender);
    const two_trees trees(group.size - 1, iteration);
    return trees.children(group.number_from_root()).empty();
}

struct occasion {
    const schedule& plan;
    const round& step;
    std::int64_t iteration;
    std::int64_t sender;
    std::int64_t receiver;
};

bool applies(condition when, const occasion& now) {
    const auto& [plan, step, iteration, sender, receiver] = now;
    switch (when) {
        case condition::always: return true;
        case condition::from_root: return sender == plan.root;
        case condition::not_from_root: return sender != plan.root;
        case condition::to_root: return receiver == plan.root;
        case condition::not_to_root: return receiver != plan.root;
        case condition::from_leaf: return from_leaf(plan, step, iteration, sender);
        case condition::not_from_leaf: return !from_leaf(plan, step, iteration, sender);
    }
    return false;
}

std::int64_t blocks_in(const schedule& plan, space where) {
    switch (where) {
        case space::input: return plan.input_blocks;
        case space::output: return plan.output_blocks;
        case space::scratch: return plan.scratch_blocks;
    }
    return 0;
}

range_walk walk_of(const schedule& plan, space where, const block_range& range,
                   std::int64_t iteration, std::int64_t sender, std::int64_t receiver) {
    return {range,
            std::max<std::int64_t>(1, blocks_in(plan, where)),
            plan,
            sender,
            receiver,
            iteration,
            where == space::scratch};
}

// The blocks that a move may take along: in a tree no more than the child's subtree has ranks.
std::int64_t limit_of(const schedule& plan, const round& step, const move& one, std::int64_t sender,
                      std::int64_t receiver) {
    if (!one.in_subtree) return one.source.count;
    const std::int64_t child = step.peers.kind == pattern_kind::tree_up ? sender : receiver;
    return std::min(one.source.count, plan.ranks - wrapped(child - plan.root, plan.ranks));
}

}  // namespace

std::vector<block_move> moves_of(const schedule& plan, const round& step, std::int64_t iteration,
                                 std::int64_t sender, std::int64_t receiver) {
    std::vector<block_move> result;
    for (const move& one : step.moves) {
        const occasion now{plan, step, iteration, sender, receiver};
        if (!applies(one.when, now) || !applies(one.and_when, now)) continue;
        const std::int64_t limit = limit_of(plan, step, one, sender, receiver);
        const range_walk source =
            walk_of(plan, one.source_space, one.source, iteration, sender, receiver);
        const range_walk target =
            walk_of(plan, one.target_space, one.target, iteration, sender, receiver);
        std::int64_t to = 0;
        for (std::int64_t from = 0; from < limit; ++from) {
            if (!source.selects(from)) continue;
            while (to < one.target.count && !target.selects(to)) ++to;
            if (to >= one.target.count) break;
            result.push_back(
                {.source_space = one.source_space,
                 .source_block = source.block(from),
                 .target_space = one.target_space,
                 .target_block = target.block(to),
                 .what = one.what,
                 .number = one.keeps_number ? target.block(to) - one.target.base : -1});
            ++to;
        }
    }
    return result;
}

}  // namespace railgauge
