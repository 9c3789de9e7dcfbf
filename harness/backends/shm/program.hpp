// What one rank does in one execution of an operation: a flat list of instructions with addresses,
// made once in prepare.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "harness/backends/shm/channel.hpp"
#include "harness/schedule/schedule.hpp"
#include "kernels/types.hpp"

namespace railgauge::shm {

enum class opcode : std::uint8_t {
    copy,            ///< target = source, `amount` bytes
    reduce,          ///< target = target (op) source, `amount` elements
    reduce_many,     ///< `many`: all targets = source 0 (op) source 1 (op) ...; `amount` elements
    send,            ///< a message without payload: what it announces lies in the sender's memory
    send_inline,     ///< `amount` bytes from `source` (at most inline_bytes)
    send_pieces,     ///< the payload is gathered from `pieces` (at most inline_bytes in all)
    send_cell,       ///< the payload is gathered from `pieces` (at most cell_bytes in all)
    receive,         ///< waits for a message without payload
    receive_copy,    ///< waits, then target = payload, `amount` bytes
    receive_reduce,  ///< waits, then target = target (op) payload, `amount` elements
    receive_pieces,  ///< waits, then deals the payload out to `pieces`
    receive_cell,    ///< the same, with the payload in a cell
    exchange,        ///< send_inline of `source`, then target = source (op) payload, elements
    exchange_cell,   ///< the same with cells
};

struct piece {
    std::byte* address = nullptr;
    std::uint64_t elements = 0;
    action what = action::copy;  ///< for receives
};

struct range {
    std::uint32_t first = 0;
    std::uint32_t count = 0;
};

struct instruction {
    opcode code = opcode::copy;
    bool streaming = false;
    bool local = false;  ///< copy and reduce: within this rank's own memory
    range pieces{};      ///< into program::pieces
    link* to = nullptr;  ///< of sends and receives
    std::byte* target = nullptr;
    /// For `send`: the first byte of what the message announces, `amount` its extent.
    const std::byte* source = nullptr;
    std::uint64_t amount = 0;
    range targets{};  ///< reduce_many: into program::targets
    range sources{};  ///< reduce_many: into program::sources
};

/// A peer that reads this rank's memory: at the end, its acknowledgement of message number
/// `from_last` before the last one sent in the execution is awaited.
struct awaited {
    link* to = nullptr;
    std::uint64_t from_last = 0;
};

struct program {
    dtype type = dtype::float32;
    redop op = redop::sum;
    std::vector<instruction> instructions;
    std::vector<piece> pieces;
    std::vector<std::byte*> targets;
    std::vector<const std::byte*> sources;
    std::vector<link*> published;  ///< who awaits this rank's acknowledgement at the end
    std::vector<awaited> awaits;
    /// avg: what is divided by `ranks` at the very end (no elements for other reductions).
    std::byte* average = nullptr;
    std::uint64_t average_elements = 0;
    std::int32_t ranks = 1;
};

}  // namespace railgauge::shm
