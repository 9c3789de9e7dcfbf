// Runs compiled schedules of all ranks on real arrays, in a random interleaving of the ranks.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <random>
#include <stdexcept>
#include <utility>
#include <vector>

#include "harness/schedule/compile.hpp"

namespace railgauge {

/// One rank's memory. In place, input and output are windows of one array.
struct rank_memory {
    std::vector<std::int64_t> input;
    std::vector<std::int64_t> output;
    std::vector<std::int64_t> scratch;
    bool shared = false;             ///< input stands in `output` from input_start on, or
    std::uint64_t input_start = 0;   ///< `output` holds the input and the result stands in it
    std::uint64_t output_start = 0;  ///< from output_start on

    std::int64_t& at(space where, std::uint64_t index) {
        switch (where) {
            case space::scratch: return scratch.at(index);
            case space::output: return output.at(output_start + index);
            case space::input: break;
        }
        return shared ? output.at(input_start + index) : input.at(index);
    }
};

class interpreter {
public:
    interpreter(std::vector<std::vector<transfer>> programs, std::vector<rank_memory>& memory,
                std::uint64_t seed)
        : programs_(std::move(programs)),
          memory_(memory),
          next_(programs_.size(), 0),
          sent_(programs_.size() * programs_.size(), 0),
          random_(seed) {}

    /// Throws std::runtime_error when no rank can go on.
    void run() {
        std::vector<std::size_t> waiting;
        for (std::size_t rank = 0; rank < programs_.size(); ++rank) waiting.push_back(rank);
        while (!waiting.empty()) {
            std::shuffle(waiting.begin(), waiting.end(), random_);
            bool moved = false;
            for (const std::size_t rank : waiting) moved = burst(rank) || moved;
            std::erase_if(waiting, [this](std::size_t rank) {
                return next_[rank] == programs_[rank].size();
            });
            if (!moved && !waiting.empty()) throw std::runtime_error("deadlock");
        }
    }

    /// Messages sent and not received.
    std::int64_t left_over() const {
        std::int64_t sum = 0;
        for (const std::int64_t count : sent_) sum += count;
        return sum;
    }

private:
    // A few messages of one rank, as far as it gets.
    bool burst(std::size_t rank) {
        const std::uint64_t length = 1 + random_() % 4;
        for (std::uint64_t i = 0; i < length; ++i) {
            if (next_[rank] == programs_[rank].size() || !message_of(rank)) return i > 0;
        }
        return true;
    }

    bool message_of(std::size_t rank) {
        const transfer& first = programs_[rank][next_[rank]];
        const auto peer = static_cast<std::size_t>(first.peer);
        if (first.way == message::direction::receive) {
            std::int64_t& arrived = sent_[peer * programs_.size() + rank];
            if (arrived == 0) return false;
            --arrived;
        }
        bool more = true;
        while (more) {
            const transfer& piece = programs_[rank][next_[rank]++];
            if (piece.way == message::direction::local) move_data(piece, rank, rank);
            if (piece.way == message::direction::send && piece.put) move_data(piece, rank, peer);
            if (piece.way == message::direction::receive && !piece.put) {
                move_data(piece, peer, rank);
            }
            more = !piece.ends_message;
        }
        if (first.way == message::direction::send) ++sent_[rank * programs_.size() + peer];
        return true;
    }

    void move_data(const transfer& piece, std::size_t sender, std::size_t receiver) {
        for (std::uint64_t i = 0; i < piece.count; ++i) {
            const std::int64_t value =
                memory_[sender].at(piece.source_space, piece.source_offset + i);
            std::int64_t& target =
                memory_[receiver].at(piece.target_space, piece.target_offset + i);
            target = piece.what == action::copy ? value : target + value;
        }
    }

    std::vector<std::vector<transfer>> programs_;
    std::vector<rank_memory>& memory_;
    std::vector<std::size_t> next_;
    std::vector<std::int64_t> sent_;
    std::mt19937_64 random_;
};

}  // namespace railgauge
