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
};

inline constexpr std::array all_operation_kinds{
    operation_kind::all_reduce, operation_kind::all_gather, operation_kind::reduce_scatter,
    operation_kind::broadcast,  operation_kind::reduce,     operation_kind::gather,
    operation_kind::scatter,    operation_kind::all_to_all, operation_kind::all_to_all_v,
    operation_kind::send_recv,  operation_kind::ping_pong,  operation_kind::bidirectional,
    operation_kind::send,       operation_kind::put,        operation_kind::get,
    operation_kind::barrier,
};

[[nodiscard]] std::string_view name_of(operation_kind kind) noexcept;
[[nodiscard]] std::optional<operation_kind> operation_kind_from(std::string_view name) noexcept;

/// all_reduce, reduce_scatter and reduce: those that combine values with a `redop`.
[[nodiscard]] bool is_reducing(operation_kind kind) noexcept;

/// broadcast, reduce, gather and scatter: those with a root.
[[nodiscard]] bool is_rooted(operation_kind kind) noexcept;

/// ping_pong, bidirectional, send, put and get: those between ranks 2i and 2i+1 (a last odd rank
/// stays idle).
[[nodiscard]] bool is_pairwise(operation_kind kind) noexcept;

/// send_recv, bidirectional, send, put and get: those that can keep several messages under way.
/// ping_pong waits for each answer.
[[nodiscard]] bool takes_window(operation_kind kind) noexcept;

/// busbw = factor x algbw for `ranks` ranks, as nccl-tests defines it (doc/PERFORMANCE.md there):
/// all_reduce 2(n-1)/n; all_gather, reduce_scatter, all_to_all(_v), gather, scatter (n-1)/n; the
/// others 1. bidirectional counts one direction. One rank: 0 where nothing crosses a link.
[[nodiscard]] double bus_bandwidth_factor(operation_kind kind, int ranks) noexcept;

}  // namespace railgauge
