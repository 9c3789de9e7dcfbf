#include "harness/schedule/prover.hpp"

#include <algorithm>

#include "harness/schedule/expected_value.hpp"
#include "harness/schedule/symbolic_memory.hpp"

namespace railgauge {
namespace {

std::string position(std::int64_t rank, const message& one) {
    return "rank " + std::to_string(rank) + ", round " + std::to_string(one.round) +
           " (iteration " + std::to_string(one.iteration) + "): ";
}

// All ranks, executed one after the other as far as each gets.
class symbolic_run {
public:
    symbolic_run(const schedule& plan, const std::vector<std::vector<message>>& messages)
        : plan_(plan),
          messages_(messages),
          ranks_(static_cast<std::size_t>(plan.ranks)),
          memory_(plan),
          clocks_(ranks_, vector_clock(ranks_, 0)),
          next_(ranks_, 0),
          channels_(ranks_ * ranks_) {
        for (std::size_t rank = 0; rank < ranks_; ++rank) clocks_[rank][rank] = 1;
    }

    void execute() {
        std::vector<std::size_t> runnable(ranks_);
        for (std::size_t rank = 0; rank < ranks_; ++rank) runnable[rank] = rank;
        while (!runnable.empty()) {
            std::vector<std::size_t> still;
            bool moved = false;
            for (const std::size_t rank : runnable) {
                moved = advance(rank) || moved;
                if (next_[rank] < messages_[rank].size()) still.push_back(rank);
            }
            if (!moved && !still.empty()) report_deadlock(still.front());
            runnable.swap(still);
        }
        check_channels();
    }

    void check_result() const {
        if (plan_.kind == operation_kind::barrier) return check_barrier();
        for (std::int64_t rank = 0; rank < plan_.ranks; ++rank) {
            if (!rank_has(plan_, rank, space::output)) continue;
            for (std::int64_t block = 0; block < plan_.output_blocks; ++block) {
                const symbolic_value expected = expected_value(plan_, rank, block);
                const symbolic_value* found = memory_.value_of(rank, space::output, block);
                if (*found == expected) continue;
                throw proof_fault("rank " + std::to_string(rank) + ", at the end: output block " +
                                  std::to_string(block) + " holds " + describe(*found) +
                                  ", expected " + describe(expected));
            }
        }
    }

private:
    struct in_flight {
        const message* sent;
        vector_clock clock;
    };
    struct channel {
        std::vector<in_flight> sent;
        std::size_t received = 0;
    };

    channel& between(std::size_t sender, std::size_t receiver) {
        return channels_[sender * ranks_ + receiver];
    }

    // Runs a rank until it must wait; says whether it did anything.
    bool advance(std::size_t rank) {
        bool moved = false;
        while (next_[rank] < messages_[rank].size() && step(rank, messages_[rank][next_[rank]])) {
            ++next_[rank];
            moved = true;
        }
        return moved;
    }

    bool step(std::size_t rank, const message& one) {
        const auto self = static_cast<std::int64_t>(rank);
        vector_clock& clock = clocks_[rank];
        switch (one.way) {
            case message::direction::local:
                ++clock[rank];
                move_blocks(one, self, self, self);
                return true;
            case message::direction::send:
                ++clock[rank];
                if (one.put) move_blocks(one, self, self, one.peer);
                between(rank, static_cast<std::size_t>(one.peer)).sent.push_back({&one, clock});
                return true;
            case message::direction::receive: return receive(rank, one);
        }
        return false;
    }

    bool receive(std::size_t rank, const message& one) {
        channel& from = between(static_cast<std::size_t>(one.peer), rank);
        if (from.received == from.sent.size()) return false;
        in_flight& arrived = from.sent[from.received++];
        const message& sent = *arrived.sent;
        const auto self = static_cast<std::int64_t>(rank);
        if (sent.round != one.round || sent.iteration != one.iteration || sent.put != one.put) {
            throw proof_fault(position(self, one) + "receives what rank " +
                              std::to_string(one.peer) + " sent in round " +
                              std::to_string(sent.round) + " (iteration " +
                              std::to_string(sent.iteration) + ")");
        }
        vector_clock& clock = clocks_[rank];
        for (std::size_t other = 0; other < ranks_; ++other) {
            clock[other] = std::max(clock[other], arrived.clock[other]);
        }
        arrived.clock = {};
        ++clock[rank];
        if (!one.put) move_blocks(one, self, one.peer, self);
        return true;
    }

    void move_blocks(const message& one, std::int64_t self, std::int64_t sender,
                     std::int64_t receiver) {
        const actor by{.rank = self,
                       .clock = &clocks_[static_cast<std::size_t>(self)],
                       .round = one.round,
                       .iteration = one.iteration,
                       .message_id = ++messages_executed_};
        const round& step = plan_.rounds[static_cast<std::size_t>(one.round)];
        for (const block_move& moved : moves_of(plan_, step, one.iteration, sender, receiver)) {
            memory_.apply(moved, sender, receiver, by);
        }
    }

    // Follows who waits for whom, from a stuck rank until a rank comes again or has ended.
    [[noreturn]] void report_deadlock(std::size_t rank) const {
        constexpr std::size_t longest_chain = 16;
        std::string chain;
        std::vector<bool> seen(ranks_, false);
        for (std::size_t length = 0; length < longest_chain && !seen[rank]; ++length) {
            seen[rank] = true;
            if (next_[rank] == messages_[rank].size()) {
                chain += ", which has ended";
                break;
            }
            const message& waiting = messages_[rank][next_[rank]];
            chain += (chain.empty() ? "rank " : ", rank ") + std::to_string(rank) + " (round " +
                     std::to_string(waiting.round) + ") for rank " + std::to_string(waiting.peer);
            rank = static_cast<std::size_t>(waiting.peer);
        }
        throw proof_fault("waits for ever: " + chain);
    }

    void check_channels() const {
        for (std::size_t i = 0; i < channels_.size(); ++i) {
            const channel& one = channels_[i];
            if (one.received == one.sent.size()) continue;
            throw proof_fault(
                position(static_cast<std::int64_t>(i / ranks_), *one.sent[one.received].sent) +
                "what it sent to rank " + std::to_string(i % ranks_) + " is never received");
        }
    }

    void check_barrier() const {
        for (std::size_t rank = 0; rank < ranks_; ++rank) {
            for (std::size_t other = 0; other < ranks_; ++other) {
                if (clocks_[rank][other] >= 1) continue;
                throw proof_fault("rank " + std::to_string(rank) +
                                  ", at the end: leaves the barrier though rank " +
                                  std::to_string(other) + " may not have entered it");
            }
        }
    }

    const schedule& plan_;
    const std::vector<std::vector<message>>& messages_;
    std::size_t ranks_;
    symbolic_memory memory_;
    std::vector<vector_clock> clocks_;
    std::vector<std::size_t> next_;
    std::vector<channel> channels_;
    std::uint64_t messages_executed_ = 0;
};

}  // namespace

proof_result prove(const schedule& plan, const std::vector<std::vector<message>>& messages) {
    try {
        symbolic_run run(plan, messages);
        run.execute();
        run.check_result();
    } catch (const proof_fault& fault) {
        return {.ok = false, .what = fault.what()};
    }
    return {.ok = true, .what = {}};
}

proof_result prove(const schedule& plan) {
    std::vector<std::vector<message>> messages;
    for (std::int64_t rank = 0; rank < plan.ranks; ++rank) {
        messages.push_back(messages_of(plan, rank));
    }
    return prove(plan, messages);
}

}  // namespace railgauge
