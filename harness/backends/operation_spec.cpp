#include "harness/backends/operation_spec.hpp"

#include <algorithm>
#include <limits>

namespace railgauge {
namespace {

// all_to_all_v: every row and column of the count matrix holds 1 .. n once, so each rank sends and
// receives n(n+1)/2 units.
std::uint64_t units_of_one_rank(std::uint64_t n) {
    return n * (n + 1) / 2;
}

std::uint64_t streams_of(const operation_spec& spec) {
    return static_cast<std::uint64_t>(std::max(1, spec.manner.streams));
}

std::uint64_t elements_of_window(const operation_spec& spec) {
    if (!moves_message(spec.kind)) return 0;
    if (spec.kind == operation_kind::host_device_both) return 2 * spec.count;
    return takes_window(spec.kind) ? spec.count * static_cast<std::uint64_t>(spec.window)
                                   : spec.count;
}

// Sum over d < destination of 1 + (source + d) mod n.
std::uint64_t units_before(std::uint64_t source, std::uint64_t destination, std::uint64_t n) {
    const auto triangle = [](std::uint64_t k) { return k * (k + 1) / 2; };
    const std::uint64_t until_wrap = n - source;  // terms before the value wraps to 1
    if (destination <= until_wrap) return triangle(source + destination) - triangle(source);
    return triangle(n) - triangle(source) + triangle(destination - until_wrap);
}

std::uint64_t input_of_one(const operation_spec& spec, int rank, int ranks) {
    const auto n = static_cast<std::uint64_t>(ranks);
    if (!takes_part(spec.kind, rank, ranks)) return 0;
    switch (spec.kind) {
        case operation_kind::barrier: return 0;
        case operation_kind::broadcast: return rank == spec.root ? spec.count : 0;
        case operation_kind::scatter: return rank == spec.root ? n * spec.count : 0;
        case operation_kind::reduce_scatter:
        case operation_kind::all_to_all: return n * spec.count;
        case operation_kind::all_to_all_v: return units_of_one_rank(n) * spec.count;
        case operation_kind::send:
        case operation_kind::put: return rank % 2 == 0 ? elements_of_window(spec) : 0;
        case operation_kind::get: return rank % 2 == 1 ? elements_of_window(spec) : 0;
        default: return elements_of_window(spec);
    }
}

std::uint64_t output_of_one(const operation_spec& spec, int rank, int ranks) {
    const auto n = static_cast<std::uint64_t>(ranks);
    if (!takes_part(spec.kind, rank, ranks)) return 0;
    switch (spec.kind) {
        case operation_kind::barrier: return 0;
        case operation_kind::reduce: return rank == spec.root ? spec.count : 0;
        case operation_kind::gather: return rank == spec.root ? n * spec.count : 0;
        case operation_kind::all_gather:
        case operation_kind::all_to_all: return n * spec.count;
        case operation_kind::all_to_all_v: return units_of_one_rank(n) * spec.count;
        case operation_kind::send:
        case operation_kind::put: return rank % 2 == 1 ? elements_of_window(spec) : 0;
        case operation_kind::get: return rank % 2 == 0 ? elements_of_window(spec) : 0;
        default: return elements_of_window(spec);
    }
}

}  // namespace

std::string_view name_of(memory_kind kind) noexcept {
    return kind == memory_kind::host ? "host" : "cuda";
}

std::optional<memory_kind> memory_kind_from(std::string_view name) noexcept {
    for (const memory_kind kind : all_memory_kinds) {
        if (name_of(kind) == name) return kind;
    }
    return std::nullopt;
}

std::string_view name_of(registration_kind kind) noexcept {
    switch (kind) {
        case registration_kind::none: return "none";
        case registration_kind::buffer: return "buffer";
        case registration_kind::window: return "window";
    }
    return "unknown";
}

std::optional<registration_kind> registration_kind_from(std::string_view name) noexcept {
    for (const registration_kind kind : all_registration_kinds) {
        if (name_of(kind) == name) return kind;
    }
    return std::nullopt;
}

std::string_view name_of(host_memory_kind kind) noexcept {
    return kind == host_memory_kind::pinned ? "pinned" : "pageable";
}

std::optional<host_memory_kind> host_memory_kind_from(std::string_view name) noexcept {
    for (const host_memory_kind kind : all_host_memory_kinds) {
        if (name_of(kind) == name) return kind;
    }
    return std::nullopt;
}

std::string why_not_on_hosts(const operation_spec& spec) {
    if (spec.manner != device_manner{}) {
        return "graphs, registration, streams, loads, several GPUs a rank and kinds of host memory "
               "are of backends of a GPU only";
    }
    if (is_reducing(spec.kind) && spec.op == redop::mulsum) {
        return "mulsum, a sum with a factor, is of the nccl backend only";
    }
    return {};
}

std::uint64_t message_bytes(const operation_spec& spec, int ranks) noexcept {
    const auto n = static_cast<std::uint64_t>(ranks);
    const std::uint64_t one = spec.count * size_of(spec.type);
    switch (spec.kind) {
        case operation_kind::all_gather:
        case operation_kind::gather:
        case operation_kind::reduce_scatter:
        case operation_kind::scatter:
        case operation_kind::all_to_all: return n * one;
        case operation_kind::all_to_all_v: return units_of_one_rank(n) * one;
        default: return has_size(spec.kind) ? one : 0;
    }
}

std::uint64_t count_for(operation_kind kind, dtype type, std::uint64_t bytes, int ranks) noexcept {
    if (bytes == 0 || !has_size(kind)) return 0;
    const std::uint64_t unit =
        message_bytes({.kind = kind, .type = type, .count = 1, .algorithm = {}}, ranks);
    return std::max<std::uint64_t>(1, bytes / unit);
}

std::uint64_t input_elements(const operation_spec& spec, int rank, int ranks) noexcept {
    return streams_of(spec) * input_of_one(spec, rank, ranks);
}

std::uint64_t output_elements(const operation_spec& spec, int rank, int ranks) noexcept {
    return streams_of(spec) * output_of_one(spec, rank, ranks);
}

operation_spec one_stream_of(operation_spec spec) {
    spec.manner.streams = 1;
    return spec;
}

std::uint64_t input_start(const operation_spec& spec, int stream, int rank, int ranks) {
    const std::uint64_t input = input_of_one(spec, rank, ranks);
    const std::uint64_t each =
        spec.in_place ? std::max(input, output_of_one(spec, rank, ranks)) : input;
    return each * static_cast<std::uint64_t>(stream);
}

std::uint64_t output_start(const operation_spec& spec, int stream, int rank, int ranks) {
    if (spec.in_place) return input_start(spec, stream, rank, ranks);
    return output_of_one(spec, rank, ranks) * static_cast<std::uint64_t>(stream);
}

std::uint64_t block_elements(const operation_spec& spec, int source, int destination,
                             int ranks) noexcept {
    if (spec.kind != operation_kind::all_to_all_v) return spec.count;
    return spec.count * (1 + static_cast<std::uint64_t>((source + destination) % ranks));
}

std::uint64_t send_offset(const operation_spec& spec, int source, int destination,
                          int ranks) noexcept {
    if (spec.kind != operation_kind::all_to_all_v) {
        return spec.count * static_cast<std::uint64_t>(destination);
    }
    return spec.count * units_before(static_cast<std::uint64_t>(source),
                                     static_cast<std::uint64_t>(destination),
                                     static_cast<std::uint64_t>(ranks));
}

std::uint64_t receive_offset(const operation_spec& spec, int source, int destination,
                             int ranks) noexcept {
    // The count matrix is symmetric, so a column is laid out as the row of the same number.
    return send_offset(spec, destination, source, ranks);
}

std::uint64_t in_place_input_offset(const operation_spec& spec, int rank) noexcept {
    const bool gathers = spec.kind == operation_kind::all_gather ||
                         (spec.kind == operation_kind::gather && rank == spec.root);
    return gathers ? spec.count * static_cast<std::uint64_t>(rank) : 0;
}

std::uint64_t in_place_output_offset(const operation_spec& spec, int rank) noexcept {
    const bool scatters = spec.kind == operation_kind::reduce_scatter ||
                          (spec.kind == operation_kind::scatter && rank == spec.root);
    return scatters ? spec.count * static_cast<std::uint64_t>(rank) : 0;
}

placed_bytes place_buffer(const operation_spec& spec, buffer_role role,
                          std::uint64_t bytes) noexcept {
    const bool input = role == buffer_role::input;
    bool on_host = spec.where == memory_kind::host;
    switch (spec.kind) {
        case operation_kind::host_to_device: on_host = input; break;
        case operation_kind::device_to_host: on_host = !input; break;
        case operation_kind::host_device_both: {
            const std::uint64_t half = bytes / 2;
            return {.host = half, .device = half};
        }
        default: on_host = on_host && !is_device_kind(spec.kind);
    }
    return on_host ? placed_bytes{.host = bytes, .device = 0}
                   : placed_bytes{.host = 0, .device = bytes};
}

placed_bytes own_memory_bytes(const operation_spec& spec, int rank, int ranks) noexcept {
    const std::uint64_t chain = spec.count * size_of(spec.type);
    switch (spec.kind) {
        case operation_kind::host_latency: {
            constexpr std::uint64_t most = std::numeric_limits<std::uint64_t>::max();
            return {.host = chain > most / 2 ? most : 2 * chain, .device = 0};
        }
        case operation_kind::device_latency: return {.host = chain, .device = chain};
        case operation_kind::peer_latency:
            // The even rank writes what lies on the odd one's device.
            if (!takes_part(spec.kind, rank, ranks)) return {};
            return rank % 2 == 0 ? placed_bytes{.host = chain, .device = 0}
                                 : placed_bytes{.host = 0, .device = chain};
        default: return {};
    }
}

bool takes_part(operation_kind kind, int rank, int ranks) noexcept {
    return !is_pairwise(kind) || (rank ^ 1) < ranks;
}

}  // namespace railgauge
