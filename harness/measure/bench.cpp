#include "harness/measure/bench.hpp"

namespace railgauge {

const bench* find_bench(const bench_list& benches, operation_kind kind, bool pairs) noexcept {
    const bench* found = nullptr;
    for (const auto& candidate : benches) {
        if (!candidate->measures(kind)) continue;
        if (candidate->for_pairs() == pairs) return candidate.get();
        if (!candidate->for_pairs() && found == nullptr) found = candidate.get();
    }
    return found;
}

}  // namespace railgauge
