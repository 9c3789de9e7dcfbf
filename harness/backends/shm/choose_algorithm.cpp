#include "harness/backends/shm/choose_algorithm.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <string_view>

#include "harness/schedule/algorithms.hpp"

namespace railgauge::shm {

namespace {

constexpr std::uint64_t any_bytes = std::numeric_limits<std::uint64_t>::max();

/// `algorithm` is the choice for `kind` with up to `ranks` ranks and up to `bytes` bytes (as
/// message_bytes counts them). The first row that fits counts.
struct crossover {
    operation_kind kind;
    int ranks;
    std::uint64_t bytes;
    std::string_view algorithm;
};

constexpr int any_ranks = std::numeric_limits<int>::max();

// Measured with every algorithm in turn, isolated start, medians: 2 ranks on 2 cores at 8 B to
// 1 MiB, and 4 ranks on the same 2 cores at 64 B to 1 MiB (an EPYC's, one L3). Beyond 8 ranks,
// which that machine cannot tell, small messages take the algorithms with the fewest messages a
// rank. What has no row takes the first of algorithms_for, `direct`: it was the fastest, or as
// fast.
constexpr std::array table{
    crossover{operation_kind::all_reduce, 2, 8 * 1024, "recursive_doubling"},
    crossover{operation_kind::all_reduce, 8, 1024, "all_pairs"},
    crossover{operation_kind::all_reduce, any_ranks, 1024, "recursive_doubling"},
    crossover{operation_kind::reduce, 2, 16 * 1024, "direct"},
    crossover{operation_kind::reduce, any_ranks, 128 * 1024, "direct"},
    crossover{operation_kind::reduce, any_ranks, any_bytes, "reduce_scatter_gather"},
    crossover{operation_kind::barrier, 8, any_bytes, "direct"},
    crossover{operation_kind::barrier, any_ranks, any_bytes, "dissemination"},
};

/// In place, a broadcast's root has nothing to copy for itself, so it pays to let it help the
/// others: measured with 2 ranks at 1 and 16 MiB (benches/peers shm). Where it begins to pay is a
/// guess.
constexpr std::uint64_t split_from_bytes = 512 * 1024;

}  // namespace

std::string choose_algorithm(const operation_spec& spec, int ranks) {
    const auto usable = algorithms_for(spec.kind, ranks);
    const std::uint64_t bytes = message_bytes(spec, ranks);
    if (spec.kind == operation_kind::broadcast && spec.in_place && bytes >= split_from_bytes) {
        return "split";
    }
    for (const crossover& row : table) {
        if (row.kind == spec.kind && ranks <= row.ranks && bytes <= row.bytes &&
            std::find(usable.begin(), usable.end(), row.algorithm) != usable.end()) {
            return std::string(row.algorithm);
        }
    }
    return usable.front();
}

}  // namespace railgauge::shm
