#include "harness/schedule/schedule.hpp"

#include <algorithm>

namespace railgauge {
namespace {

std::int64_t wrapped(std::int64_t value, std::int64_t modulus) {
    const std::int64_t remainder = value % modulus;
    return remainder < 0 ? remainder + modulus : remainder;
}

// Whom a rank sends to and receives from in one iteration; each set is either one peer or a walk.
class peer_walk {
public:
    peer_walk(const schedule& plan, std::int64_t rank, std::int32_t index, std::int64_t iteration,
              std::vector<message>& out)
        : plan_(plan),
          step_(plan.rounds[static_cast<std::size_t>(index)]),
          out_(out),
          rank_(rank),
          iteration_(iteration),
          index_(index) {}

    void add_all() {
        switch (step_.peers.kind) {
            case pattern_kind::self:
            case pattern_kind::self_root:
            case pattern_kind::self_tree: add_local(); break;
            case pattern_kind::shift: add_shift(); break;
            case pattern_kind::exchange: add_exchange(); break;
            case pattern_kind::fold_in:
            case pattern_kind::fold_out: add_fold(); break;
            case pattern_kind::tree_up:
            case pattern_kind::tree_down: add_tree(); break;
            case pattern_kind::everyone: add_everyone(); break;
            case pattern_kind::to_root:
            case pattern_kind::from_root: add_rooted(); break;
            case pattern_kind::even_odd:
            case pattern_kind::odd_even: add_pair(); break;
        }
    }

private:
    void add(message::direction way, std::int64_t peer) {
        out_.push_back(
            {.way = way, .put = step_.put, .peer = peer, .round = index_, .iteration = iteration_});
    }
    void send_to(std::int64_t peer) { add(message::direction::send, peer); }
    void receive_from(std::int64_t peer) { add(message::direction::receive, peer); }

    std::int64_t from_root() const { return wrapped(rank_ - plan_.root, plan_.ranks); }
    std::int64_t counted_from_root(std::int64_t v) const {
        return wrapped(plan_.root + v, plan_.ranks);
    }

    void add_local() {
        const pattern& peers = step_.peers;
        bool included = peers.core == 0 || rank_ < peers.core;
        if (peers.kind == pattern_kind::self_root) included = rank_ == plan_.root;
        if (peers.kind == pattern_kind::self_tree) {
            included = from_root() % (2 * peers.distance) == 0;
        }
        if (included) add(message::direction::local, rank_);
    }

    void add_shift() {
        const std::int64_t distance =
            wrapped(step_.peers.distance + step_.peers.step * iteration_, plan_.ranks);
        if (distance == 0) return;
        send_to(wrapped(rank_ + distance, plan_.ranks));
        receive_from(wrapped(rank_ - distance, plan_.ranks));
    }

    void add_exchange() {
        const std::int64_t peer = rank_ ^ step_.peers.distance;
        if (rank_ >= step_.peers.core || peer >= step_.peers.core) return;
        send_to(peer);
        receive_from(peer);
    }

    void add_fold() {
        const std::int64_t core = step_.peers.core;
        const bool inward = step_.peers.kind == pattern_kind::fold_in;
        if (rank_ >= core) {
            inward ? send_to(rank_ - core) : receive_from(rank_ - core);
        } else if (rank_ < plan_.ranks - core) {
            inward ? receive_from(rank_ + core) : send_to(rank_ + core);
        }
    }

    void add_tree() {
        const std::int64_t distance = step_.peers.distance;
        const bool upward = step_.peers.kind == pattern_kind::tree_up;
        const std::int64_t v = from_root();
        const std::int64_t place = v % (2 * distance);
        if (place == distance) {
            const std::int64_t parent = counted_from_root(v - distance);
            upward ? send_to(parent) : receive_from(parent);
        } else if (place == 0 && v + distance < plan_.ranks) {
            const std::int64_t child = counted_from_root(v + distance);
            upward ? receive_from(child) : send_to(child);
        }
    }

    void add_everyone() {
        for (std::int64_t k = 1; k < plan_.ranks; ++k) send_to(wrapped(rank_ + k, plan_.ranks));
        for (std::int64_t k = 1; k < plan_.ranks; ++k) {
            receive_from(wrapped(rank_ - k, plan_.ranks));
        }
    }

    void add_rooted() {
        const bool inward = step_.peers.kind == pattern_kind::to_root;
        if (rank_ != plan_.root) {
            inward ? send_to(plan_.root) : receive_from(plan_.root);
            return;
        }
        for (std::int64_t k = 1; k < plan_.ranks; ++k) {
            inward ? receive_from(counted_from_root(k)) : send_to(counted_from_root(k));
        }
    }

    void add_pair() {
        const std::int64_t peer = rank_ ^ 1;
        if (peer >= plan_.ranks) return;
        const bool even_sends = step_.peers.kind == pattern_kind::even_odd;
        (rank_ % 2 == 0) == even_sends ? send_to(peer) : receive_from(peer);
    }

    const schedule& plan_;
    const round& step_;
    std::vector<message>& out_;
    std::int64_t rank_;
    std::int64_t iteration_;
    std::int32_t index_;
};

// Walks the block indices of a range for one message.
class range_walk {
public:
    range_walk(const block_range& range, std::int64_t blocks, const schedule& plan,
               std::int64_t sender, std::int64_t receiver, std::int64_t iteration, bool scratch)
        : range_(range), modulus_(scratch ? std::min(blocks, plan.ranks) : blocks) {
        const index_expression& e = range.first;
        const std::int64_t index =
            wrapped(e.sender * sender + e.receiver * receiver + e.root * plan.root +
                        e.iteration * iteration + e.constant,
                    plan.ranks);
        first_ = index - index % e.align;
    }

    bool selects(std::int64_t offset) const {
        return range_.bit < 0 || (((offset >> range_.bit) & 1) != 0) != range_.bit_clear;
    }

    std::int64_t block(std::int64_t offset) const {
        return range_.base + wrapped(first_ + offset, modulus_);
    }

private:
    const block_range& range_;
    std::int64_t modulus_;
    std::int64_t first_ = 0;
};

bool applies(condition when, const schedule& plan, std::int64_t sender, std::int64_t receiver) {
    switch (when) {
        case condition::always: return true;
        case condition::from_root: return sender == plan.root;
        case condition::not_from_root: return sender != plan.root;
        case condition::to_root: return receiver == plan.root;
        case condition::not_to_root: return receiver != plan.root;
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

std::vector<message> messages_of(const schedule& plan, std::int64_t rank) {
    std::vector<message> messages;
    for (std::size_t index = 0; index < plan.rounds.size(); ++index) {
        for (std::int64_t i = 0; i < plan.rounds[index].repeat; ++i) {
            peer_walk(plan, rank, static_cast<std::int32_t>(index), i, messages).add_all();
        }
    }
    return messages;
}

std::vector<block_move> moves_of(const schedule& plan, const round& step, std::int64_t iteration,
                                 std::int64_t sender, std::int64_t receiver) {
    std::vector<block_move> result;
    for (const move& one : step.moves) {
        if (!applies(one.when, plan, sender, receiver)) continue;
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
            result.push_back({.source_space = one.source_space,
                              .source_block = source.block(from),
                              .target_space = one.target_space,
                              .target_block = target.block(to),
                              .what = one.what});
            ++to;
        }
    }
    return result;
}

}  // namespace railgauge
