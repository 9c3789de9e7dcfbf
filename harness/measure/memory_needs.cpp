#include "harness/measure/memory_needs.hpp"

#include <algorithm>
#include <limits>

namespace railgauge {
namespace {

constexpr std::uint64_t most_bytes = std::numeric_limits<std::uint64_t>::max();

std::uint64_t saturated_sum(std::uint64_t a, std::uint64_t b) {
    return a > most_bytes - b ? most_bytes : a + b;
}

std::uint64_t saturated_product(std::uint64_t a, std::uint64_t b) {
    return b != 0 && a > most_bytes / b ? most_bytes : a * b;
}

struct needs {
    std::uint64_t host = 0;    ///< of all ranks
    std::uint64_t device = 0;  ///< of the rank, and so of the GPU, that needs most
};

// All of one rank, of one stream.
placed_bytes needed_by(const operation_spec& one, bool in_place, int rank, int ranks) {
    const std::uint64_t size = size_of(one.type);
    const std::uint64_t input = saturated_product(input_elements(one, rank, ranks), size);
    const std::uint64_t output = saturated_product(output_elements(one, rank, ranks), size);
    placed_bytes sum = own_memory_bytes(one, rank, ranks);
    const auto add = [&](buffer_role role, std::uint64_t bytes) {
        const placed_bytes more = place_buffer(one, role, bytes);
        sum.host = saturated_sum(sum.host, more.host);
        sum.device = saturated_sum(sum.device, more.device);
    };
    add(buffer_role::input, in_place ? std::max(input, output) : input);
    if (!in_place) add(buffer_role::output, output);
    return sum;
}

needs needs_of(const series& part, std::uint64_t bytes, int processes, const bench_list& benches) {
    const int job_ranks = ranks_of(part, processes);
    // Of groups whose size is not known yet, the world stands for all.
    const int ranks = is_pairing(part.group) ? 2 : job_ranks;
    const measured_operation what = operation_of({0, &part, bytes}, benches, ranks);
    operation_spec one = what.spec;
    one.manner.streams = 1;
    const auto streams = static_cast<std::uint64_t>(part.manner.streams);
    needs result;
    for (int each = 0; each < job_ranks; ++each) {
        const placed_bytes here = needed_by(one, part.in_place, each % ranks, ranks);
        result.host = saturated_sum(result.host, saturated_product(here.host, streams));
        result.device = std::max(result.device, saturated_product(here.device, streams));
    }
    return result;
}

// The most that a series needs of each kind.
needs most_needed(const plan& all, const bench_list& benches) {
    needs most;
    for (const series& part : all.parts) {
        if (part.bytes.empty()) continue;
        const needs here = needs_of(part, part.bytes.back(), all.ranks, benches);
        most.host = std::max(most.host, here.host);
        most.device = std::max(most.device, here.device);
    }
    return most;
}

bool fits(const series& part, std::uint64_t bytes, const plan& all, const bench_list& benches,
          const memory_room& room) {
    const needs here = needs_of(part, bytes, all.ranks, benches);
    return (!room.host_bytes || here.host <= *room.host_bytes) &&
           (!room.device_bytes || here.device <= *room.device_bytes);
}

}  // namespace

std::uint64_t memory_needed_bytes(const plan& all, const bench_list& benches) {
    return most_needed(all, benches).host;
}

std::uint64_t device_memory_needed_bytes(const plan& all, const bench_list& benches) {
    return most_needed(all, benches).device;
}

std::int64_t clamp_to(plan& all, const bench_list& benches, const memory_room& room) {
    std::int64_t left_out = 0;
    for (series& part : all.parts) {
        // Ascending: the rest fits where one does.
        while (!part.bytes.empty() && !fits(part, part.bytes.back(), all, benches, room)) {
            part.bytes.pop_back();
            ++left_out;
        }
    }
    std::erase_if(all.parts, [](const series& part) { return part.bytes.empty(); });
    return left_out;
}

}  // namespace railgauge
