#include "harness/schedule/compile.hpp"

#include <algorithm>

#include "harness/base/error.hpp"

namespace railgauge {
namespace {

struct resolved_move {
    extent source;
    extent target;
};

// What a scratch block holds is as long as the block at the other end of the move, or as the block
// of the message whose number it keeps.
resolved_move resolve(const block_move& one, std::int64_t sender, std::int64_t receiver,
                      const block_layout& layout) {
    resolved_move result{.source = layout(one.source_space, sender, one.source_block),
                         .target = layout(one.target_space, receiver, one.target_block)};
    std::uint64_t count = std::min(result.source.count, result.target.count);
    if (one.number >= 0) count = std::min(count, layout(space::input, sender, one.number).count);
    result.source.count = count;
    result.target.count = count;
    return result;
}

// Collects the pieces of one message and joins neighbours.
class piece_list {
public:
    piece_list(const message& from, std::vector<transfer>& out)
        : from_(from), out_(out), first_(out.size()) {}

    void add(const block_move& one, const resolved_move& where) {
        if (where.source.count == 0) return;
        if (out_.size() > first_ && continues(out_.back(), one, where)) {
            out_.back().count += where.source.count;
            return;
        }
        transfer piece = empty_piece();
        piece.what = one.what;
        piece.source_space = one.source_space;
        piece.target_space = one.target_space;
        piece.source_offset = where.source.offset;
        piece.target_offset = where.target.offset;
        piece.count = where.source.count;
        out_.push_back(piece);
    }

    void finish() {
        if (out_.size() == first_) {
            if (from_.way == message::direction::local) return;
            out_.push_back(empty_piece());
        }
        out_.back().ends_message = true;
    }

private:
    static bool continues(const transfer& last, const block_move& one, const resolved_move& where) {
        return last.what == one.what && last.source_space == one.source_space &&
               last.target_space == one.target_space &&
               last.source_offset + last.count == where.source.offset &&
               last.target_offset + last.count == where.target.offset;
    }

    transfer empty_piece() const {
        return {.way = from_.way,
                .put = from_.put,
                .peer = static_cast<std::int32_t>(from_.peer),
                .round = from_.round};
    }

    const message& from_;
    std::vector<transfer>& out_;
    std::size_t first_;
};

}  // namespace

block_layout even_blocks(std::uint64_t count, std::int64_t blocks) {
    if (blocks < 1) {
        throw usage_error("even_blocks: a message cannot be cut into " + std::to_string(blocks) +
                          " blocks; give at least 1");
    }
    const auto parts = static_cast<std::uint64_t>(blocks);
    const std::uint64_t shortest = count / parts;
    const std::uint64_t longer = count % parts;
    return [shortest, longer](space where, std::int64_t, std::int64_t block) -> extent {
        const auto index = static_cast<std::uint64_t>(block);
        if (where == space::scratch) {
            const std::uint64_t longest = shortest + (longer > 0 ? 1 : 0);
            return {.offset = index * longest, .count = longest};
        }
        return {.offset = index * shortest + std::min(index, longer),
                .count = shortest + (index < longer ? 1 : 0)};
    };
}

block_layout equal_blocks(std::uint64_t count) {
    return [count](space, std::int64_t, std::int64_t block) -> extent {
        return {.offset = static_cast<std::uint64_t>(block) * count, .count = count};
    };
}

std::vector<transfer> compile(const schedule& plan, std::int64_t rank, const block_layout& layout) {
    const std::vector<message> messages = messages_of(plan, rank);
    std::vector<transfer> transfers;
    transfers.reserve(messages.size());
    for (const message& one : messages) {
        const bool receives = one.way == message::direction::receive;
        const std::int64_t sender = receives ? one.peer : rank;
        const std::int64_t receiver = receives ? rank : one.peer;
        piece_list pieces(one, transfers);
        const round& step = plan.rounds[static_cast<std::size_t>(one.round)];
        for (const block_move& moved : moves_of(plan, step, one.iteration, sender, receiver)) {
            pieces.add(moved, resolve(moved, sender, receiver, layout));
        }
        pieces.finish();
    }
    return transfers;
}

std::uint64_t scratch_elements(const schedule& plan, std::int64_t rank,
                               const block_layout& layout) {
    if (plan.scratch_blocks == 0) return 0;
    std::int64_t blocks = 0;
    const auto note = [&blocks](space where, std::int64_t block) {
        if (where == space::scratch) blocks = std::max(blocks, block + 1);
    };
    for (const message& one : messages_of(plan, rank)) {
        const bool receives = one.way == message::direction::receive;
        const std::int64_t sender = receives ? one.peer : rank;
        const std::int64_t receiver = receives ? rank : one.peer;
        const round& step = plan.rounds[static_cast<std::size_t>(one.round)];
        for (const block_move& moved : moves_of(plan, step, one.iteration, sender, receiver)) {
            if (sender == rank) note(moved.source_space, moved.source_block);
            if (receiver == rank) note(moved.target_space, moved.target_block);
        }
    }
    std::uint64_t end = 0;
    for (std::int64_t block = 0; block < blocks; ++block) {
        const extent place = layout(space::scratch, rank, block);
        end = std::max(end, place.offset + place.count);
    }
    return end;
}

}  // namespace railgauge
