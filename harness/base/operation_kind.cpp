#include "harness/base/operation_kind.hpp"

#include <utility>

namespace railgauge {
namespace {

constexpr std::array<std::pair<operation_kind, std::string_view>, all_operation_kinds.size()> names{
    {
        {operation_kind::all_reduce, "all_reduce"},
        {operation_kind::all_gather, "all_gather"},
        {operation_kind::reduce_scatter, "reduce_scatter"},
        {operation_kind::broadcast, "broadcast"},
        {operation_kind::reduce, "reduce"},
        {operation_kind::gather, "gather"},
        {operation_kind::scatter, "scatter"},
        {operation_kind::all_to_all, "all_to_all"},
        {operation_kind::all_to_all_v, "all_to_all_v"},
        {operation_kind::send_recv, "send_recv"},
        {operation_kind::ping_pong, "ping_pong"},
        {operation_kind::bidirectional, "bidirectional"},
        {operation_kind::send, "send"},
        {operation_kind::put, "put"},
        {operation_kind::get, "get"},
        {operation_kind::barrier, "barrier"},
        {operation_kind::host_to_device, "host_to_device"},
        {operation_kind::device_to_host, "device_to_host"},
        {operation_kind::host_device_both, "host_device_both"},
        {operation_kind::device_copy, "device_copy"},
        {operation_kind::host_latency, "host_latency"},
        {operation_kind::device_latency, "device_latency"},
        {operation_kind::peer_latency, "peer_latency"},
        {operation_kind::kernel_launch, "kernel_launch"},
        {operation_kind::event_record, "event_record"},
    }};

}  // namespace

std::string_view name_of(operation_kind kind) noexcept {
    for (const auto& [candidate, name] : names) {
        if (candidate == kind) return name;
    }
    return "unknown";
}

std::optional<operation_kind> operation_kind_from(std::string_view name) noexcept {
    for (const auto& [kind, candidate] : names) {
        if (candidate == name) return kind;
    }
    return std::nullopt;
}

bool is_reducing(operation_kind kind) noexcept {
    return kind == operation_kind::all_reduce || kind == operation_kind::reduce_scatter ||
           kind == operation_kind::reduce;
}

bool is_rooted(operation_kind kind) noexcept {
    return kind == operation_kind::broadcast || kind == operation_kind::reduce ||
           kind == operation_kind::gather || kind == operation_kind::scatter;
}

bool is_pairwise(operation_kind kind) noexcept {
    switch (kind) {
        case operation_kind::ping_pong:
        case operation_kind::bidirectional:
        case operation_kind::send:
        case operation_kind::put:
        case operation_kind::get:
        case operation_kind::peer_latency: return true;
        default: return false;
    }
}

bool takes_window(operation_kind kind) noexcept {
    return kind == operation_kind::send_recv ||
           (is_pairwise(kind) && kind != operation_kind::ping_pong && !is_chase(kind));
}

bool is_device_kind(operation_kind kind) noexcept {
    return kind >= operation_kind::host_to_device;
}

bool is_chase(operation_kind kind) noexcept {
    return kind == operation_kind::host_latency || kind == operation_kind::device_latency ||
           kind == operation_kind::peer_latency;
}

bool uses_host_memory(operation_kind kind) noexcept {
    return kind == operation_kind::host_to_device || kind == operation_kind::device_to_host ||
           kind == operation_kind::host_device_both || kind == operation_kind::host_latency;
}

bool has_size(operation_kind kind) noexcept {
    return kind != operation_kind::barrier && kind != operation_kind::kernel_launch &&
           kind != operation_kind::event_record;
}

bool moves_message(operation_kind kind) noexcept {
    return has_size(kind) && !is_chase(kind);
}

double bus_bandwidth_factor(operation_kind kind, int ranks) noexcept {
    const double n = ranks;
    switch (kind) {
        case operation_kind::all_reduce: return 2.0 * (n - 1.0) / n;
        case operation_kind::all_gather:
        case operation_kind::reduce_scatter:
        case operation_kind::all_to_all:
        case operation_kind::all_to_all_v:
        case operation_kind::gather:
        case operation_kind::scatter: return (n - 1.0) / n;
        case operation_kind::host_device_both: return 2.0;
        default: return 1.0;
    }
}

}  // namespace railgauge
