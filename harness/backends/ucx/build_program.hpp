// From a schedule's flat list to a program of UCP calls.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>

#include "harness/backends/operation_spec.hpp"
#include "harness/backends/ucx/mailbox_layout.hpp"
#include "harness/backends/ucx/program.hpp"
#include "harness/schedule/compile.hpp"

namespace railgauge::ucx {

/// Where this rank's spaces start: indexed by railgauge::space.
using rank_spaces = std::array<std::byte*, 3>;

/// Reducing messages are cut to at most this, so that several fit into the memory where they
/// arrive.
inline constexpr std::uint64_t most_reduced_bytes = std::uint64_t{1} << 20;

/// Memory where they arrive: four of the longest.
inline constexpr std::uint64_t bounce_bytes = 4 * most_reduced_bytes;

/// Every message gets a tag of its own within an operation, and operations' tags differ:
/// sender (20 bits), operation (12), number of the message from the sender to the receiver (32).
[[nodiscard]] constexpr ucp_tag_t tag_of(int sender, std::uint32_t operation,
                                         std::uint32_t number) {
    return static_cast<ucp_tag_t>(sender) << 44 | static_cast<ucp_tag_t>(operation & 0xfffU) << 32 |
           number;
}

struct build_request {
    const operation_spec* spec = nullptr;
    std::span<const transfer> transfers;
    std::int32_t rank = 0;
    std::int32_t ranks = 1;
    rank_spaces spaces{};
    /// Messages longer than this are cut (0: not at all, reducing ones apart), the same in all
    /// ranks.
    std::uint64_t chunk_bytes = 0;
    /// So many messages are under way from a rank, and so many of those that come to it before the
    /// next one, which waits; 0: no limit. For rounds in which a rank first sends, then receives.
    std::uint32_t most_sends = 0;
    std::uint32_t operation = 0;  ///< for tag_of: the same in all ranks
    std::span<std::byte> bounce;  ///< bounce_bytes; programs that do not run at once may share it
    std::function<ucp_ep_h(int)> endpoint;
    /// Messages are put into the ranks' mailboxes, which are large enough; null: they are sent.
    const mailbox_set* mail = nullptr;
};

/// A message that moves nothing is left out (its only sense, that the target is free, comes with
/// the receiver's announcing the receive), but in a barrier.
[[nodiscard]] program build_program(const build_request& request);

/// What `put` and `get` do between ranks 2i and 2i+1; `remote` and `key` are of the odd rank's
/// output or input. The odd rank first says that it is in the operation.
[[nodiscard]] program build_one_sided(const build_request& request, std::byte* remote,
                                      ucp_rkey_h key);

}  // namespace railgauge::ucx
