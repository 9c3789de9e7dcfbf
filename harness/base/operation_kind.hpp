// The operations that railgauge measures, under the field's own names.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace railgauge {

enum class operation_kind : std::uint8_t {
    all_reduce,
    all_gather,
    reduce_scatter,
    broadcast,
    reduce,
    gather,
    scatter,
    all_to_all,
    all_to_all_v,
    send_recv,      ///< ring shift: each rank sends to the next and receives from the one before
    ping_pong,      ///< ranks 2i and 2i+1; the time is half of the round trip
    bidirectional,  ///< ranks 2i and 2i+1 send to each other at the same time
    send,           ///< rank 2i sends to 2i+1, one way
    put,            ///< rank 2i writes into 2i+1's output, and tells it
    get,            ///< rank 2i reads 2i+1's input into its own output, and tells it
    barrier,
    // Of a device, by each rank for itself (peer_latency: between ranks 2i and 2i+1).
    host_to_device,    ///< a copy from the host's memory to the device's
    device_to_host,    ///< and back
    host_device_both,  ///< both at the same time, a message each way
    device_copy,       ///< a copy within the device's memory
    host_latency,      ///< the time of one of the device's accesses to the host's memory
    device_latency,    ///< to its own memory, or as much of it as a cache holds
    peer_latency,      ///< rank 2i's device to the memory of 2i+1's
    kernel_launch,     ///< from launching an empty kernel to the host's seeing its end
    event_record,      ///< the same of an event in an idle stream
};

inline constexpr std::array all_operation_kinds{
    operation_kind::all_reduce,
    operation_kind::all_gather,
    operation_kind::reduce_scatter,
    operation_kind::broadcast,
    operation_kind::reduce,
    operation_kind::gather,
    operation_kind::scatter,
    operation_kind::all_to_all,
    operation_kind::all_to_all_v,
    operation_kind::send_recv,
    operation_kind::ping_pong,
    operation_kind::bidirectional,
    operation_kind::send,
    operation_kind::put,
    operation_kind::get,
    operation_kind::barrier,
    operation_kind::host_to_device,
    operation_kind::device_to_host,
    operation_kind::host_device_both,
    operation_kind::device_copy,
    operation_kind::host_latency,
    operation_kind::device_latency,
    operation_kind::peer_latency,
    operation_kind::kernel_launch,
    operation_kind::event_record,
};

[[nodiscard]] std::string_view name_of(operation_kind kind) noexcept;
[[nodiscard]] std::optional<operation_kind> operation_kind_from(std::string_view name) noexcept;

/// all_reduce, reduce_scatter and reduce: those that combine values with a `redop`.
[[nodiscard]] bool is_reducing(operation_kind kind) noexcept;

/// broadcast, reduce, gather and scatter: those with a root.
[[nodiscard]] bool is_rooted(operation_kind kind) noexcept;

/// ping_pong, bidirectional, send, put, get and peer_latency: those between ranks 2i and 2i+1 (a
/// last odd rank stays idle).
[[nodiscard]] bool is_pairwise(operation_kind kind) noexcept;

/// send_recv, bidirectional, send, put and get: those that can keep several messages under way.
/// ping_pong waits for each answer.
[[nodiscard]] bool takes_window(operation_kind kind) noexcept;

/// From host_to_device on: those that say themselves where data lie, and that only a backend of a
/// device has.
[[nodiscard]] bool is_device_kind(operation_kind kind) noexcept;

/// host_latency, device_latency and peer_latency: a device follows a chain of addresses, which
/// takes `bytes` of memory, and the time is that of one access.
[[nodiscard]] bool is_chase(operation_kind kind) noexcept;

/// host_to_device, device_to_host, host_device_both and host_latency: those with a side in the
/// host's memory, of which there are kinds.
[[nodiscard]] bool uses_host_memory(operation_kind kind) noexcept;

/// All but barrier, kernel_launch and event_record.
[[nodiscard]] bool has_size(operation_kind kind) noexcept;

/// Those that move a message, which has a type and gives a bandwidth: all that have a size but the
/// chases.
[[nodiscard]] bool moves_message(operation_kind kind) noexcept;

/// busbw = factor x algbw for `ranks` ranks, as nccl-tests defines it (doc/PERFORMANCE.md there):
/// all_reduce 2(n-1)/n; all_gather, reduce_scatter, all_to_all(_v), gather, scatter (n-1)/n; the
/// others 1. bidirectional counts one direction; host_device_both, which has no namesake there,
/// both (2). One rank: 0 where nothing crosses a link.
[[nodiscard]] double bus_bandwidth_factor(operation_kind kind, int ranks) noexcept;

}  // namespace railgauge
