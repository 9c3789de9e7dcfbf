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
        case operation_kind::get: return true;
        default: return false;
    }
}

bool takes_window(operation_kind kind) noexcept {
    return kind == operation_kind::send_recv ||
           (is_pairwise(kind) && kind != operation_kind::ping_pong);
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
        default: return 1.0;
    }
}

}  // namespace railgauge
