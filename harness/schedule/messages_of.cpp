#include "harness/schedule/schedule.hpp"

#include "harness/schedule/members.hpp"
#include "harness/schedule/modulo.hpp"
#include "harness/schedule/two_trees.hpp"

namespace railgauge {
namespace {

// Whom a rank sends to and receives from in one iteration; each set is either one peer or a walk.
class peer_walk {
public:
    peer_walk(const schedule& plan, std::int64_t rank, std::int32_t index, std::int64_t iteration,
              std::vector<message>& out)
        : step_(plan.rounds[static_cast<std::size_t>(index)]),
          out_(out),
          group_(members_of(plan, step_.peers.among, rank)),
          iteration_(iteration),
          index_(index) {}

    void add_all() {
        if (!group_.takes_part) return;
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
            case pattern_kind::chain: add_chain(); break;
            case pattern_kind::two_trees_up:
            case pattern_kind::two_trees_down:
            case pattern_kind::two_trees_self: add_two_trees(); break;
        }
    }

private:
    void add(message::direction way, std::int64_t peer) {
        out_.push_back({.way = way,
                        .put = step_.put,
                        .peer = group_.rank_of(peer),
                        .round = index_,
                        .iteration = iteration_});
    }
    void send_to(std::int64_t peer) { add(message::direction::send, peer); }
    void receive_from(std::int64_t peer) { add(message::direction::receive, peer); }

    std::int64_t from_root() const { return group_.number_from_root(); }
    std::int64_t counted_from_root(std::int64_t v) const {
        return wrapped(group_.root + v, group_.size);
    }

    void add_local() {
        const pattern& peers = step_.peers;
        bool included = peers.core == 0 || group_.mine < peers.core;
        if (peers.kind == pattern_kind::self_root) included = group_.mine == group_.root;
        if (peers.kind == pattern_kind::self_tree) {
            included = from_root() % (2 * peers.distance) == 0;
        }
        if (included) add(message::direction::local, group_.mine);
    }

    void add_shift() {
        const std::int64_t distance =
            wrapped(step_.peers.distance + step_.peers.step * iteration_, group_.size);
        if (distance == 0) return;
        send_to(wrapped(group_.mine + distance, group_.size));
        receive_from(wrapped(group_.mine - distance, group_.size));
    }

    void add_exchange() {
        const std::int64_t peer = group_.mine ^ step_.peers.distance;
        if (group_.mine >= step_.peers.core || peer >= step_.peers.core) return;
        send_to(peer);
        receive_from(peer);
    }

    void add_fold() {
        const std::int64_t core = step_.peers.core;
        const bool inward = step_.peers.kind == pattern_kind::fold_in;
        if (group_.mine >= core) {
            inward ? send_to(group_.mine - core) : receive_from(group_.mine - core);
        } else if (group_.mine < group_.size - core) {
            inward ? receive_from(group_.mine + core) : send_to(group_.mine + core);
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
        } else if (place == 0 && v + distance < group_.size) {
            const std::int64_t child = counted_from_root(v + distance);
            upward ? receive_from(child) : send_to(child);
        }
    }

    void add_everyone() {
        for (std::int64_t k = 1; k < group_.size; ++k)
            send_to(wrapped(group_.mine + k, group_.size));
        for (std::int64_t k = 1; k < group_.size; ++k) {
            receive_from(wrapped(group_.mine - k, group_.size));
        }
    }

    void add_rooted() {
        const bool inward = step_.peers.kind == pattern_kind::to_root;
        if (group_.mine != group_.root) {
            inward ? send_to(group_.root) : receive_from(group_.root);
            return;
        }
        for (std::int64_t k = 1; k < group_.size; ++k) {
            inward ? receive_from(counted_from_root(k)) : send_to(counted_from_root(k));
        }
    }

    void add_pair() {
        const std::int64_t peer = group_.mine ^ 1;
        if (peer >= group_.size) return;
        const bool even_sends = step_.peers.kind == pattern_kind::even_odd;
        (group_.mine % 2 == 0) == even_sends ? send_to(peer) : receive_from(peer);
    }

    // Along the tree of the iteration; what goes up or down is received before it is sent on.
    void add_two_trees() {
        const two_trees trees(group_.size - 1, iteration_);
        const std::int64_t v = from_root();
        const std::vector<std::int64_t> children = trees.children(v);
        if (step_.peers.kind == pattern_kind::two_trees_self) {
            if (!children.empty()) add(message::direction::local, group_.mine);
            return;
        }
        const bool upward = step_.peers.kind == pattern_kind::two_trees_up;
        if (!upward && v != 0) receive_from(counted_from_root(trees.parent(v)));
        for (const std::int64_t child : children) {
            upward ? receive_from(counted_from_root(child)) : send_to(counted_from_root(child));
        }
        if (upward && v != 0) send_to(counted_from_root(trees.parent(v)));
    }

    void add_chain() {
        const std::int64_t v = from_root();
        if (v > 0) receive_from(counted_from_root(v - 1));
        if (v + 1 < group_.size) send_to(counted_from_root(v + 1));
    }

    const round& step_;
    std::vector<message>& out_;
    members group_;
    std::int64_t iteration_;
    std::int32_t index_;
};

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

}  // namespace railgauge
