#include "harness/measure/bench.hpp"

namespace railgauge {

const bench* find_bench(const bench_list& benches, operation_kind kind) noexcept {
    for (const auto& candidate : benches) {
        if (candidate->measures(kind)) return candidate.get();
    }
    return nullptr;
}

}  // namespace railgauge
