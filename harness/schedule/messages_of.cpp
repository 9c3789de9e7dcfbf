#include "harness/schedule/schedule.hpp"

#include "harness/schedule/modulo.hpp"

namespace railgauge {
namespace {

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
