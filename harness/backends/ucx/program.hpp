// What one rank does in one execution of an operation: steps with addresses, and which of them has
// to wait for which. Made once in prepare.
#pragma once

#include <ucp/api/ucp.h>

#include <cstddef>
#include <cstdint>
#include <vector>

#include "kernels/types.hpp"

namespace railgauge::ucx {

enum class opcode : std::uint8_t {
    send,     ///< `amount` bytes from `source` to `peer` under `tag`
    receive,  ///< `amount` bytes under `tag` into `target`
    put,      ///< `amount` bytes from `source` to `target` at `peer`, whose key is `other`
    get,      ///< `amount` bytes from `source` at `peer`, whose key is `other`, into `target`
    flush,    ///< until all puts to `peer` have arrived
    signal,   ///< the execution's number (from 1, 8 bytes) to `target` at `peer`, whose key is
              ///< `other`, after all puts before
    await,   ///< until the word at `source`, which a peer signals, has the number of this execution
             ///< less `amount`, or a later one
    copy,    ///< target = source, `amount` bytes
    reduce,  ///< target = source (op) other, `amount` elements
};

/// Done by the processor alone, without a call of UCX.
[[nodiscard]] constexpr bool computes(opcode code) noexcept {
    return code == opcode::copy || code == opcode::reduce || code == opcode::await;
}

/// One step: a cache line with what its call needs. The steps that wait for it are
/// program::successors[first_successor .. + successor_count).
struct alignas(64) step {
    opcode code = opcode::copy;
    std::uint32_t first_successor = 0;
    std::uint32_t successor_count = 0;
    std::uint64_t amount = 0;
    std::byte* target = nullptr;
    const std::byte* source = nullptr;
    ucp_ep_h peer = nullptr;
    ucp_tag_t tag = 0;
    void* other = nullptr;
};
static_assert(sizeof(step) == 64);

/// Set in program::successors for those that compute, and for those that wait for nothing else.
inline constexpr std::uint32_t computing_successor = std::uint32_t{1} << 31;
inline constexpr std::uint32_t only_successor = std::uint32_t{1} << 30;
inline constexpr std::uint32_t successor_flags = computing_successor | only_successor;

struct program {
    dtype type = dtype::float32;
    redop op = redop::sum;
    /// Messages go as soon as they are ready, where UCX would first ask the receiver (rendezvous):
    /// the question costs a round trip, behind what is queued before it; the answer saves a copy.
    bool eager = false;
    std::vector<step> steps;
    std::vector<std::uint32_t> successors;
    std::vector<std::uint32_t> prerequisites;   ///< of each step: how many it waits for
    std::vector<std::uint32_t> first;           ///< calls of UCX that wait for nothing, in order
    std::vector<std::uint32_t> first_computed;  ///< the same for what computes()
    /// avg: what is divided by `ranks` at the very end (no elements for other reductions).
    std::byte* average = nullptr;
    std::uint64_t average_elements = 0;
    std::int32_t ranks = 1;
};

}  // namespace railgauge::ucx
