// What each operation must deliver, in plain loops over small whole numbers, apart from the
// patterns with which the harness verifies.
#pragma once

#include <cstdint>
#include <cstring>
#include <optional>

#include "harness/backends/operation_spec.hpp"

namespace railgauge::testing {

/// What `rank` contributes as its element `i`: 1 .. 3, so that sums over a few ranks fit into any
/// type, and products as well.
inline int contribution(int rank, std::uint64_t i) {
    return 1 + static_cast<int>((static_cast<std::uint64_t>(rank) * 5 + i * 7) % 3);
}

inline int combined(redop op, int ranks, std::uint64_t i) {
    int result = contribution(0, i);
    for (int rank = 1; rank < ranks; ++rank) {
        const int next = contribution(rank, i);
        switch (op) {
            case redop::prod: result *= next; break;
            case redop::min: result = next < result ? next : result; break;
            case redop::max: result = next > result ? next : result; break;
            default: result += next; break;
        }
    }
    return result;
}

/// Element `i` of `rank`'s output; nothing where the operation leaves it as it was.
inline std::optional<int> expected(const operation_spec& spec, int rank, int ranks,
                                   std::uint64_t i) {
    const auto block = static_cast<std::uint64_t>(rank) * spec.count;
    switch (spec.kind) {
        case operation_kind::all_reduce:
        case operation_kind::reduce: return combined(spec.op, ranks, i);
        case operation_kind::reduce_scatter: return combined(spec.op, ranks, block + i);
        case operation_kind::all_gather:
        case operation_kind::gather:
            return contribution(static_cast<int>(i / spec.count), i % spec.count);
        case operation_kind::scatter: return contribution(spec.root, block + i);
        case operation_kind::broadcast:
            if (rank == spec.root && !spec.in_place) return std::nullopt;
            return contribution(spec.root, i);
        case operation_kind::send_recv: return contribution((rank + ranks - 1) % ranks, i);
        case operation_kind::ping_pong:
        case operation_kind::bidirectional:
        case operation_kind::send:
        case operation_kind::put:
        case operation_kind::get: return contribution(rank ^ 1, i);
        case operation_kind::barrier: return std::nullopt;
        default: break;
    }
    // all_to_all and all_to_all_v: blocks lie in the order of their sources.
    std::uint64_t first = 0;
    for (int source = 0; source < ranks; ++source) {
        const std::uint64_t size =
            spec.kind == operation_kind::all_to_all
                ? spec.count
                : spec.count * (1 + static_cast<std::uint64_t>((source + rank) % ranks));
        if (i < first + size) {
            return contribution(source, send_offset(spec, source, rank, ranks) + i - first);
        }
        first += size;
    }
    return std::nullopt;
}

template <typename T>
void put(std::byte* at, int value) {
    const T element = static_cast<T>(value);
    std::memcpy(at, &element, sizeof element);
}

/// Writes a small whole number as one element. Floating-point types below 32 bits, which are
/// only copied here, get it as their bits.
inline void put_element(dtype type, std::byte* at, int value) {
    switch (type) {
        case dtype::int8:
        case dtype::uint8:
        case dtype::fp8_e4m3:
        case dtype::fp8_e5m2: return put<std::uint8_t>(at, value);
        case dtype::int16:
        case dtype::uint16:
        case dtype::float16:
        case dtype::bfloat16: return put<std::uint16_t>(at, value);
        case dtype::int32:
        case dtype::uint32: return put<std::uint32_t>(at, value);
        case dtype::int64:
        case dtype::uint64: return put<std::uint64_t>(at, value);
        case dtype::float32: return put<float>(at, value);
        case dtype::float64: return put<double>(at, value);
    }
}

}  // namespace railgauge::testing
