#include <algorithm>
#include <functional>

#include "harness/backends/shm/build_program.hpp"

namespace railgauge::shm {

namespace {

class fuser {
public:
    explicit fuser(program& made) : made_(made), element_(size_of(made.type)) {}

    void run() {
        old_.swap(made_.instructions);
        for (std::size_t at = 0; at < old_.size();) {
            std::size_t used = fuse_exchange(at);
            if (used == 0) {
                used = fuse_reductions(at);
            }
            if (used == 0) {
                made_.instructions.push_back(old_[at]);
                used = 1;
            }
            at += used;
        }
    }

private:
    [[nodiscard]] bool is(std::size_t at, opcode code) const {
        return at < old_.size() && old_[at].code == code;
    }

    /// The one reduction of a receive, if that is all it does.
    struct arrival {
        std::byte* target = nullptr;
        std::uint64_t elements = 0;
    };
    [[nodiscard]] arrival reduction_of(const instruction& receive) const {
        if (receive.code == opcode::receive_reduce) {
            return {receive.target, receive.amount};
        }
        if (receive.code == opcode::receive_cell && receive.pieces.count == 1 &&
            made_.pieces[receive.pieces.first].what == action::reduce) {
            const piece& only = made_.pieces[receive.pieces.first];
            return {only.address, only.elements};
        }
        return {};
    }

    /// [copy T <- S] send of S or T to p; receive from p, T = T (op) payload.
    std::size_t fuse_exchange(std::size_t at) {
        const bool copies = is(at, opcode::copy) && old_[at].local;
        const std::size_t send = at + (copies ? 1 : 0);
        const bool cell = is(send, opcode::send_cell) && old_[send].pieces.count == 1;
        if ((!is(send, opcode::send_inline) && !cell) || send + 1 >= old_.size()) {
            return 0;
        }
        const arrival into = reduction_of(old_[send + 1]);
        const instruction& sent = old_[send];
        if (into.target == nullptr || old_[send + 1].to != sent.to ||
            into.elements * element_ != sent.amount) {
            return 0;
        }
        const std::byte* source = into.target;
        if (copies) {
            source = old_[at].source;
            if (old_[at].target != into.target || old_[at].amount != sent.amount) {
                return 0;
            }
        }
        if (sent.source != into.target && sent.source != source) {
            return 0;
        }
        made_.instructions.push_back({.code = cell ? opcode::exchange_cell : opcode::exchange,
                                      .to = sent.to,
                                      .target = into.target,
                                      .source = source,
                                      .amount = into.elements});
        return send + 2 - at;
    }

    /// Whether a local copy may happen after this send instead of before it: the send does not
    /// announce what the copy writes.
    [[nodiscard]] static bool passes(const instruction& copy, const instruction& send) {
        if (send.code != opcode::send) {
            return false;
        }
        const std::less_equal<> at_or_before;
        return send.amount == 0 ||
               at_or_before(send.source + send.amount,
                            static_cast<const std::byte*>(copy.target)) ||
               at_or_before(static_cast<const std::byte*>(copy.target) + copy.amount, send.source);
    }

    /// [copy T <- S, sends] (receive from p; T = T (op) p's block) for several p
    /// [(p's block = T; send to p) for several p].
    std::size_t fuse_reductions(std::size_t at) {
        const bool copies = is(at, opcode::copy) && old_[at].local;
        std::size_t next = at + (copies ? 1 : 0);
        const std::size_t sends = next;
        while (copies && next < old_.size() && passes(old_[at], old_[next])) {
            ++next;
        }
        const std::size_t receives = next;
        if (!is(next, opcode::receive) || !is(next + 1, opcode::reduce)) {
            return 0;
        }
        const instruction first = old_[next + 1];
        if (copies &&
            (old_[at].target != first.target || old_[at].amount != first.amount * element_)) {
            return 0;
        }
        while (is(next, opcode::receive) && is(next + 1, opcode::reduce) &&
               old_[next + 1].target == first.target && old_[next + 1].amount == first.amount &&
               is_new_peer(receives, next)) {
            next += 2;
        }
        const std::size_t puts = next;
        while (is(next, opcode::copy) && is(next + 1, opcode::send) &&
               old_[next].source == first.target && old_[next].amount == first.amount * element_ &&
               !old_[next].local) {
            next += 2;
        }
        if (!copies && puts - receives == 2 && next == puts) {
            return 0;  // nothing is gained over receive and reduce
        }
        emit(copies ? old_[at].source : first.target, {sends, receives, puts, next});
        return next - at;
    }

    /// A peer's second block must be read before its next message is received, as receiving tells
    /// the peer that the one before has been consumed.
    [[nodiscard]] bool is_new_peer(std::size_t receives, std::size_t at) const {
        for (std::size_t i = receives; i < at; i += 2) {
            if (old_[i].to == old_[at].to) {
                return false;
            }
        }
        return true;
    }

    struct bounds {
        std::size_t sends, receives, puts, end;
    };
    void emit(const std::byte* own, const bounds& b) {
        auto& out = made_.instructions;
        std::copy(old_.begin() + static_cast<std::ptrdiff_t>(b.sends),
                  old_.begin() + static_cast<std::ptrdiff_t>(b.receives), std::back_inserter(out));
        const instruction& first = old_[b.receives + 1];
        instruction many{.code = opcode::reduce_many, .amount = first.amount};
        many.streaming = first.streaming;
        many.sources.first = static_cast<std::uint32_t>(made_.sources.size());
        many.targets.first = static_cast<std::uint32_t>(made_.targets.size());
        made_.sources.push_back(own);
        made_.targets.push_back(first.target);
        for (std::size_t i = b.receives; i < b.puts; i += 2) {
            out.push_back(old_[i]);
            made_.sources.push_back(old_[i + 1].source);
        }
        for (std::size_t i = b.puts; i < b.end; i += 2) {
            made_.targets.push_back(old_[i].target);
        }
        many.sources.count = static_cast<std::uint32_t>(made_.sources.size()) - many.sources.first;
        many.targets.count = static_cast<std::uint32_t>(made_.targets.size()) - many.targets.first;
        out.push_back(many);
        for (std::size_t i = b.puts; i < b.end; i += 2) {
            out.push_back(old_[i + 1]);
        }
    }

    program& made_;
    std::size_t element_;
    std::vector<instruction> old_;
};

}  // namespace

void fuse(program& made) {
    fuser(made).run();
}

}  // namespace railgauge::shm
