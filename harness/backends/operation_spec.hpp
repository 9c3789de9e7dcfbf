// One operation to prepare, and how its message is laid out over the ranks.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "harness/base/operation_kind.hpp"
#include "kernels/types.hpp"

namespace railgauge {

/// Where the buffers lie.
enum class memory_kind : std::uint8_t { host, cuda };
inline constexpr std::array all_memory_kinds{memory_kind::host, memory_kind::cuda};
[[nodiscard]] std::string_view name_of(memory_kind kind) noexcept;
[[nodiscard]] std::optional<memory_kind> memory_kind_from(std::string_view name) noexcept;

/// What an operation uses a buffer for; in place, it is `input`.
enum class buffer_role : std::uint8_t { input, output };

/// How a device's buffers are made known to the library: not at all, registered
/// (ncclCommRegister), or as a symmetric window (ncclCommWindowRegister).
enum class registration_kind : std::uint8_t { none, buffer, window };
inline constexpr std::array all_registration_kinds{
    registration_kind::none, registration_kind::buffer, registration_kind::window};
[[nodiscard]] std::string_view name_of(registration_kind kind) noexcept;
[[nodiscard]] std::optional<registration_kind> registration_kind_from(
    std::string_view name) noexcept;

/// What the host's side of a device's copies is: pinned memory, which the device reaches by
/// itself, or ordinary memory, which the driver copies piece by piece through pinned memory.
enum class host_memory_kind : std::uint8_t { pinned, pageable };
inline constexpr std::array all_host_memory_kinds{host_memory_kind::pinned,
                                                  host_memory_kind::pageable};
[[nodiscard]] std::string_view name_of(host_memory_kind kind) noexcept;
[[nodiscard]] std::optional<host_memory_kind> host_memory_kind_from(std::string_view name) noexcept;

/// For device_manner::host_numa: the node that the device hangs on, where the system says it.
inline constexpr int local_numa = -1;

/// How a device's library is to execute. A backend without such a choice supports the defaults
/// only.
struct device_manner {
    bool graph = false;  ///< captured once, launched as a graph
    registration_kind registration = registration_kind::none;
    /// So many executions at once, each on a stream with a communicator of its own. Each moves
    /// `count`, and they lie one behind the other in both buffers, as messages of a window do.
    int streams = 1;
    /// Samples are taken while so many of the device's multiprocessors compute; 0: none do.
    int load_processors = 0;
    /// Only for host_to_device, device_to_host, host_device_both and host_latency.
    host_memory_kind host_memory = host_memory_kind::pinned;
    int host_numa = local_numa;  ///< or the number of the NUMA node that the host's side lies on
    /// Each process drives so many GPUs, of which each is a rank of the operation: those of process
    /// p are the ranks p x gpus_per_rank and on, and `ranks` and `root` count GPUs. A communicator
    /// has one number of them.
    int gpus_per_rank = 1;

    friend bool operator==(const device_manner&, const device_manner&) = default;
};

/// What to do. `count` is in elements, and its meaning depends on the kind (n ranks):
///   all_reduce, broadcast, reduce, send_recv and the pairwise kinds: the whole message;
///   all_gather, gather: what each rank contributes;
///   reduce_scatter, scatter: what each rank (for scatter: also the root) receives;
///   all_to_all: one block, from one rank to one rank;
///   all_to_all_v: the unit; the block from s to d has count x (1 + (s + d) mod n) elements;
///   host_to_device, device_to_host, device_copy: the whole message of each rank; host_device_both:
///   that of one way, and both buffers hold two, the way to the device first;
///   host_latency, device_latency, peer_latency: the memory that the chain of addresses takes;
///   barrier, kernel_launch, event_record: ignored.
struct operation_spec {
    operation_kind kind = operation_kind::all_reduce;
    dtype type = dtype::float32;
    redop op = redop::sum;  ///< only for reducing kinds
    std::uint64_t count = 0;
    int root = 0;  ///< only for rooted kinds
    bool in_place = false;
    std::string algorithm;  ///< empty: the backend chooses
    /// Messages that a rank keeps under way to a peer at a time; one execution moves so many, of
    /// `count` elements each, that lie one behind the other in both buffers. Only for the kinds of
    /// takes_window; 1 for all others.
    int window = 1;
    memory_kind where = memory_kind::host;
    device_manner manner = {};
};

/// One execution of a chase makes so many accesses, one after the other.
inline constexpr std::uint64_t chase_accesses = 4096;

/// Why backends without a device's library cannot do it: another manner than the default one, or a
/// reduction that only such a library has. Empty: nothing of the kind.
[[nodiscard]] std::string why_not_on_hosts(const operation_spec& spec);

/// The size as nccl-tests counts it, of one stream's message: the whole message; for all_gather,
/// gather, reduce_scatter, scatter and all_to_all n x count elements; for all_to_all_v the most
/// that one rank sends.
[[nodiscard]] std::uint64_t message_bytes(const operation_spec& spec, int ranks) noexcept;

/// The `count` whose message_bytes is the largest not above `bytes`; at least 1 where bytes > 0, so
/// that a small size is a small message and not an empty one.
[[nodiscard]] std::uint64_t count_for(operation_kind kind, dtype type, std::uint64_t bytes,
                                      int ranks) noexcept;

/// Elements that `rank` provides in its input buffer, and gets in its output buffer. 0 where the
/// rank has no such buffer (a broadcast's input exists at the root only, a gather's output too;
/// send, put and get have an input at one end and an output at the other; chases bring their own
/// memory). With a window and with several streams, of all messages together.
[[nodiscard]] std::uint64_t input_elements(const operation_spec& spec, int rank,
                                           int ranks) noexcept;
[[nodiscard]] std::uint64_t output_elements(const operation_spec& spec, int rank,
                                            int ranks) noexcept;

/// What each of the streams does: the same with one stream. All functions below are about one
/// stream's message.
[[nodiscard]] operation_spec one_stream_of(operation_spec spec);

/// Where the message of stream `stream`, counted from 0, starts in the input and in the output
/// buffer, in elements. In place both are in one buffer, and their starts the same; the offsets of
/// in_place_*_offset come on top.
[[nodiscard]] std::uint64_t input_start(const operation_spec& spec, int stream, int rank,
                                        int ranks);
[[nodiscard]] std::uint64_t output_start(const operation_spec& spec, int stream, int rank,
                                         int ranks);

/// all_to_all and all_to_all_v: elements from `source` to `destination`, and where that block
/// starts in the source's input and in the destination's output, in elements.
[[nodiscard]] std::uint64_t block_elements(const operation_spec& spec, int source, int destination,
                                           int ranks) noexcept;
[[nodiscard]] std::uint64_t send_offset(const operation_spec& spec, int source, int destination,
                                        int ranks) noexcept;
[[nodiscard]] std::uint64_t receive_offset(const operation_spec& spec, int source, int destination,
                                           int ranks) noexcept;

/// In place, one buffer serves as input and output; these say where in it each starts, in elements.
/// all_gather and gather: the input is the rank's block of the output; reduce_scatter and scatter:
/// the output is the rank's block of the input; the others: both start at 0.
[[nodiscard]] std::uint64_t in_place_input_offset(const operation_spec& spec, int rank) noexcept;
[[nodiscard]] std::uint64_t in_place_output_offset(const operation_spec& spec, int rank) noexcept;

/// Bytes by the kind of memory that they lie in.
struct placed_bytes {
    std::uint64_t host = 0;
    std::uint64_t device = 0;

    friend bool operator==(const placed_bytes&, const placed_bytes&) = default;
};

/// Where `bytes` of a buffer lie: where `spec.where` says, but the kinds of a device say it
/// themselves. In host_device_both's buffers the half for the way to the device comes first.
[[nodiscard]] placed_bytes place_buffer(const operation_spec& spec, buffer_role role,
                                        std::uint64_t bytes) noexcept;

/// What `rank` needs beside its buffers: a chase's chain, and the host's copy of it, from which it
/// is written.
[[nodiscard]] placed_bytes own_memory_bytes(const operation_spec& spec, int rank,
                                            int ranks) noexcept;

/// Whether `rank` takes part: false only for the last of an odd number in pairwise kinds.
[[nodiscard]] bool takes_part(operation_kind kind, int rank, int ranks) noexcept;

}  // namespace railgauge
