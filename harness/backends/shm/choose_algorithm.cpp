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

/// `algorithm` is the fastest for `kind` up to and with `bytes` (as message_bytes counts them).
struct crossover {
    operation_kind kind;
    int ranks;  ///< up to and with
    std::uint64_t bytes;
    std::string_view algorithm;
};

constexpr int any_ranks = std::numeric_limits<int>::max();

constexpr std::array table{
    crossover{operation_kind::all_reduce, 2, 8192, "recursive_doubling"},
    crossover{operation_kind::all_reduce, any_ranks, 4096, "recursive_doubling"},
    crossover{operation_kind::all_reduce, any_ranks, any_bytes, "direct"},
};

}  // namespace

std::string choose_algorithm(const operation_spec& spec, int ranks) {
    const auto usable = algorithms_for(spec.kind, ranks);
    const std::uint64_t bytes = message_bytes(spec, ranks);
    for (const crossover& row : table) {
        if (row.kind == spec.kind && ranks <= row.ranks && bytes <= row.bytes &&
            std::find(usable.begin(), usable.end(), row.algorithm) != usable.end()) {
            return std::string(row.algorithm);
        }
    }
    return usable.front();
}

}  // namespace railgauge::shm
