// What a bound costs: all of it (where the ranks sit, and one operation) on a cluster of a million
// GPUs over several sites, and on one of a milliard in a stride that fits nothing. Beside the time,
// what it has allocated at most (peak_kB), and what the whole process needed (process_MB).
#include <benchmark/benchmark.h>
#include <malloc.h>
#include <sys/resource.h>

#include <cstdlib>
#include <new>
#include <string>

#include "harness/topology/bound.hpp"
#include "harness/topology/read_topology.hpp"
#include "tests/unit/topology/text.hpp"

namespace {

// One thread allocates here.
std::size_t in_use = 0;
std::size_t peak = 0;

}  // namespace

// NOLINTBEGIN(misc-new-delete-overloads): the others call these.
void* operator new(std::size_t size) {
    void* const place = std::malloc(size);
    if (place == nullptr) throw std::bad_alloc();
    in_use += malloc_usable_size(place);
    if (in_use > peak) peak = in_use;
    return place;
}
void operator delete(void* place) noexcept {
    if (place != nullptr) in_use -= malloc_usable_size(place);
    std::free(place);
}
void operator delete(void* place, std::size_t) noexcept {
    operator delete(place);
}
// NOLINTEND(misc-new-delete-overloads)

namespace {

void bound_on(benchmark::State& state, const railgauge::topology& all, const std::string& placement,
              std::int64_t ranks) {
    const std::size_t before = in_use;
    peak = in_use;
    for (auto _ : state) {
        const auto rule = railgauge::parse_placement(placement, all, ranks);
        const auto used = railgauge::occupy(all, rule);
        benchmark::DoNotOptimize(
            railgauge::bound_of(all, rule, used, {railgauge::operation_kind::all_reduce, 1e9, 0}));
    }
    rusage process{};
    getrusage(RUSAGE_SELF, &process);
    state.counters["peak_kB"] = static_cast<double>(peak - before) / 1e3;
    state.counters["process_MB"] = static_cast<double>(process.ru_maxrss) * 1024 / 1e6;
}

void bound_of_a_million(benchmark::State& state, const std::string& placement, std::int64_t ranks) {
    bound_on(state, railgauge::read_topology(railgauge::find_topology("sites-1m")), placement,
             ranks);
}

void bound_of_a_milliard(benchmark::State& state, const std::string& placement,
                         std::int64_t ranks) {
    bound_on(state, railgauge::parse_topology(railgauge::test::milliard, "milliard.toml"),
             placement, ranks);
}

}  // namespace

BENCHMARK_CAPTURE(bound_of_a_million, natural, "natural", 1'000'000)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(bound_of_a_million, one_a_host, "strided:8", 125'000)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(bound_of_a_million, every_ninth, "strided:9", 111'111)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(bound_of_a_million, every_97th, "strided:97", 10'309)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(bound_of_a_million, across_everything, "strided:1001", 999)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(bound_of_a_milliard, one_a_host, "strided:8", 125'000'000)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(bound_of_a_milliard, every_ninth, "strided:9", 111'111'111)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(bound_of_a_milliard, every_1001st, "strided:1001", 999'000)
    ->Unit(benchmark::kMillisecond);
