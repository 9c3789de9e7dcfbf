// A channel carries the messages of one rank to one other: a ring of cache lines, written by the
// sender, polled by the receiver.
//
// A line holds a header and up to 56 bytes, so a small message costs one line's way between cores.
// A medium one is copied into a cell of the ring, which spares the sender the wait for the
// receiver. A large one is a line without payload: the receiver then reads the sender's buffer
// (which shared memory lets it see), or finds the data already written by the sender.
//
// The header's low half is the message's number (from 1), its high half how many messages of the
// opposite channel this side has consumed: in an exchange, acknowledgements travel with messages
// and cost nothing. Where nothing travels back, the receiver stores that number in `consumed`.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "harness/backends/shm/waiting.hpp"

namespace railgauge::shm {

inline constexpr std::size_t inline_bytes = 56;
/// Up to here copying twice is faster than the receiver's reading and acknowledging (measured
/// between two cores: at 128 to 512 bytes 0.12 to 0.17 us for an exchange against 0.2 us, at 1 KiB
/// equal).
inline constexpr std::size_t cell_bytes = 512;
inline constexpr std::uint64_t ring_slots = 64;
inline constexpr std::uint64_t ring_cells = 8;

/// Messages that may stand unacknowledged by word in a direction that nothing travels against.
/// Half of the cells, so that a sender of cells finds a free one without waiting.
inline constexpr std::uint64_t publish_after = ring_cells / 2;

struct alignas(64) slot {
    std::atomic<std::uint64_t> header{0};
    std::byte payload[inline_bytes];
};

/// Lies in the receiver's segment; all zero at first.
struct alignas(128) channel {
    slot slots[ring_slots];
    struct alignas(128) {
        std::atomic<std::uint32_t> value{0};
    } consumed;  ///< written by the receiver
    alignas(128) std::byte cells[ring_cells][cell_bytes];
};

/// One rank's view of both channels between it and a peer. Private to the rank.
class alignas(64) link {
public:
    link() noexcept = default;
    /// `out` leads to the peer, `in` comes from it. `mine` and `peers` are the doorbells.
    link(channel& out, channel& in, doorbell& mine, doorbell& peers,
         const wait_policy& policy) noexcept
        : out_(&out), in_(&in), mine_(&mine), peers_(&peers), policy_(policy) {}

    /// The next message without payload.
    void send() noexcept { finish_send(next_slot()); }

    /// The next message with `bytes` <= inline_bytes from `source`.
    void send(const std::byte* source, std::size_t bytes) noexcept {
        slot& line = next_slot();
        std::memcpy(line.payload, source, bytes);
        finish_send(line);
    }

    /// For payloads of several pieces: fill `begin_send()` (inline_bytes), then `end_send()`.
    [[nodiscard]] std::byte* begin_send() noexcept { return next_slot().payload; }
    void end_send() noexcept { finish_send(out_->slots[sent_ % ring_slots]); }

    /// For medium messages: fill the cell (cell_bytes), then `end_cell()`.
    [[nodiscard]] std::byte* begin_cell() noexcept {
        const std::uint64_t cell = cells_sent_ % ring_cells;
        if (acknowledged_ < cell_message_[cell]) {
            await_acknowledged(cell_message_[cell]);
        }
        return out_->cells[cell];
    }
    void end_cell() noexcept {
        cell_message_[cells_sent_ % ring_cells] = sent_ + 1;
        ++cells_sent_;
        send();
    }

    /// Waits for the next message; its payload stays valid until the receive after next.
    [[nodiscard]] const std::byte* receive() noexcept {
        // All messages before the one to come have been consumed by now.
        if (received_ - published_ >= publish_after) {
            publish();
        }
        slot& line = in_->slots[received_ % ring_slots];
        const auto number = static_cast<std::uint32_t>(received_ + 1);
        std::uint64_t header = line.header.load(std::memory_order_acquire);
        if (static_cast<std::uint32_t>(header) != number) {
            header = await(line, number);
        }
        ++received_;
        note_acknowledged(static_cast<std::uint32_t>(header >> 32));
        return line.payload;
    }

    /// The cell of the message just received.
    [[nodiscard]] const std::byte* received_cell() noexcept {
        return in_->cells[cells_received_++ % ring_cells];
    }

    /// Number of the message sent last; 0 before the first.
    [[nodiscard]] std::uint64_t sent() const noexcept { return sent_; }

    /// Tells the peer that all received messages have been consumed.
    void publish() noexcept {
        published_ = received_;
        in_->consumed.value.store(static_cast<std::uint32_t>(received_), std::memory_order_release);
        ring(*peers_);
    }

    /// Waits until the peer has consumed message `number` and all before it.
    void await_acknowledged(std::uint64_t number) noexcept;

private:
    [[nodiscard]] bool poll_acknowledged(std::uint64_t number) noexcept;

    [[nodiscard]] slot& next_slot() noexcept {
        if (sent_ - acknowledged_ >= ring_slots) {
            await_acknowledged(sent_ + 1 - ring_slots);
        }
        return out_->slots[sent_ % ring_slots];
    }

    void finish_send(slot& line) noexcept {
        ++sent_;
        published_ = received_;
        line.header.store(received_ << 32 | static_cast<std::uint32_t>(sent_),
                          std::memory_order_release);
        ring(*peers_);
    }

    [[nodiscard]] std::uint64_t await(slot& line, std::uint32_t number) noexcept;

    /// 32 bits of a count that never runs backwards and is at most 2^31 ahead. The two places where
    /// it is read (headers and `consumed`) may overtake each other.
    void note_acknowledged(std::uint32_t count) noexcept {
        const auto ahead =
            static_cast<std::int32_t>(count - static_cast<std::uint32_t>(acknowledged_));
        if (ahead > 0) {
            acknowledged_ += static_cast<std::uint32_t>(ahead);
        }
    }

    channel* out_ = nullptr;
    channel* in_ = nullptr;
    doorbell* mine_ = nullptr;
    doorbell* peers_ = nullptr;
    std::uint64_t sent_ = 0;
    std::uint64_t received_ = 0;
    std::uint64_t published_ = 0;     ///< of the received ones, those the peer can know of
    std::uint64_t acknowledged_ = 0;  ///< of the sent ones, those the peer has consumed
    std::uint64_t cells_sent_ = 0;
    std::uint64_t cells_received_ = 0;
    std::uint64_t cell_message_[ring_cells] = {};  ///< the message that last used a cell
    wait_policy policy_;
};

}  // namespace railgauge::shm
