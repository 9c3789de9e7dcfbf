// What a bound costs: all of it (where the ranks sit, and one operation) on a cluster of a million
// GPUs over several sites.
#include <benchmark/benchmark.h>

#include <string>

#include "harness/topology/bound.hpp"
#include "harness/topology/read_topology.hpp"

namespace {

void bound_of_a_million(benchmark::State& state, const std::string& placement, std::int64_t ranks) {
    const auto all = railgauge::read_topology(railgauge::find_topology("sites-1m"));
    for (auto _ : state) {
        const auto rule = railgauge::parse_placement(placement, all, ranks);
        const auto used = railgauge::occupy(all, rule);
        benchmark::DoNotOptimize(
            railgauge::bound_of(all, rule, used, {railgauge::operation_kind::all_reduce, 1e9, 0}));
    }
}

}  // namespace

BENCHMARK_CAPTURE(bound_of_a_million, natural, "natural", 1'000'000)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(bound_of_a_million, one_a_host, "strided:8", 125'000)
    ->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(bound_of_a_million, across_everything, "strided:1001", 999)
    ->Unit(benchmark::kMicrosecond);
