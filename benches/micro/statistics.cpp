// What statistics cost on up to a million samples: the summary of a point, and the estimate that
// the stopping rule asks for after each batch. Time a sample is total / n; a limit is memory
// bandwidth.
#include <benchmark/benchmark.h>

#include <random>
#include <vector>

#include "harness/stats/median_interval.hpp"
#include "harness/stats/summary.hpp"

namespace {

std::vector<double> latencies(std::int64_t n) {
    std::mt19937_64 random(1);
    std::lognormal_distribution<double> distribution(2, 0.3);
    std::vector<double> samples(static_cast<std::size_t>(n));
    for (double& sample : samples) sample = distribution(random);
    return samples;
}

void summarise(benchmark::State& state) {
    const auto samples = latencies(state.range(0));
    for (auto _ : state) benchmark::DoNotOptimize(railgauge::stats::summarise(samples));
    state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(summarise)->Arg(100)->Arg(10'000)->Arg(1'000'000)->Unit(benchmark::kMicrosecond);

void estimate_median(benchmark::State& state) {
    const auto samples = latencies(state.range(0));
    for (auto _ : state) benchmark::DoNotOptimize(railgauge::stats::estimate_median(samples));
    state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(estimate_median)->Arg(100)->Arg(10'000)->Arg(1'000'000)->Unit(benchmark::kMicrosecond);

void median_interval_ranks(benchmark::State& state) {
    const auto n = static_cast<std::uint64_t>(state.range(0));
    for (auto _ : state) benchmark::DoNotOptimize(railgauge::stats::median_interval_ranks(n));
}
BENCHMARK(median_interval_ranks)->Arg(100)->Arg(1'000'000)->Unit(benchmark::kMicrosecond);

}  // namespace
