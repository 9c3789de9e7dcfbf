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
    std::uint64_t all_ranks = 0;
    std::uint64_t one_rank = 0;  ///< the one that needs most
};

needs needs_of(const series& part, std::uint64_t bytes, int job_ranks, const bench_list& benches) {
    // Of groups whose size is not known yet, the world stands for all.
    const int ranks = is_pairing(part.group) ? 2 : job_ranks;
    const measured_operation what = operation_of({0, &part, bytes}, benches, ranks);
    const std::uint64_t size = size_of(part.type);
    needs result;
    for (int each = 0; each < job_ranks; ++each) {
        operation_spec one = what.spec;
        one.manner.streams = 1;
        const std::uint64_t input = input_elements(one, each % ranks, ranks) * size;
        const std::uint64_t output = output_elements(one, each % ranks, ranks) * size;
        const std::uint64_t here = saturated_product(
            part.in_place ? std::max(input, output) : saturated_sum(input, output),
            static_cast<std::uint64_t>(part.manner.streams));
        result.all_ranks = saturated_sum(result.all_ranks, here);
        result.one_rank = std::max(result.one_rank, here);
    }
    return result;
}

// The most that a series of this memory needs.
needs most_needed(const plan& all, const bench_list& benches, memory_kind where) {
    needs most;
    for (const series& part : all.parts) {
        if (part.where != where || part.bytes.empty()) continue;
        const needs here = needs_of(part, part.bytes.back(), all.ranks, benches);
        most.all_ranks = std::max(most.all_ranks, here.all_ranks);
        most.one_rank = std::max(most.one_rank, here.one_rank);
    }
    return most;
}

bool fits(const series& part, std::uint64_t bytes, const plan& all, const bench_list& benches,
          const memory_room& room) {
    const needs here = needs_of(part, bytes, all.ranks, benches);
    const bool on_device = part.where == memory_kind::cuda;
    const auto& limit = on_device ? room.device_bytes : room.host_bytes;
    return !limit || (on_device ? here.one_rank : here.all_ranks) <= *limit;
}

}  // namespace

std::uint64_t memory_needed_bytes(const plan& all, const bench_list& benches) {
    return most_needed(all, benches, memory_kind::host).all_ranks;
}

std::uint64_t device_memory_needed_bytes(const plan& all, const bench_list& benches) {
    return most_needed(all, benches, memory_kind::cuda).one_rank;
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
