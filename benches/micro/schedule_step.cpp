// What schedules cost: compiling one for a rank (in prepare, not timed by a measurement), and
// walking the compiled list, which every execution pays for each transfer. The walk does what an
// executor does besides waiting and copying: read each transfer and choose what to do.
// The items are transfers in both; proving has none.
#include <benchmark/benchmark.h>

#include <cstdint>
#include <string>
#include <vector>

#include "harness/schedule/algorithms.hpp"
#include "harness/schedule/compile.hpp"
#include "harness/schedule/prover.hpp"

namespace {

using namespace railgauge;

constexpr std::uint64_t elements = 1 << 20;

schedule all_reduce(const std::string& algorithm, std::int64_t ranks) {
    return make_schedule(
        {.kind = operation_kind::all_reduce, .algorithm = algorithm, .ranks = ranks});
}

void compile_schedule(benchmark::State& state, const std::string& algorithm) {
    const schedule plan = all_reduce(algorithm, state.range(0));
    const block_layout layout = even_blocks(elements, plan.input_blocks);
    std::size_t messages = 0;
    for (auto _ : state) {
        const std::vector<transfer> transfers = compile(plan, 0, layout);
        messages += transfers.size();
        benchmark::DoNotOptimize(transfers.data());
    }
    state.SetItemsProcessed(static_cast<std::int64_t>(messages));
}

void walk_schedule(benchmark::State& state, const std::string& algorithm) {
    const schedule plan = all_reduce(algorithm, state.range(0));
    const std::vector<transfer> transfers =
        compile(plan, 0, even_blocks(elements, plan.input_blocks));
    for (auto _ : state) {
        std::uint64_t pulled = 0;
        std::uint64_t pushed = 0;
        std::uint64_t messages = 0;
        for (const transfer& one : transfers) {
            switch (one.way) {
                case message::direction::local: pulled += one.count; break;
                case message::direction::send: pushed += one.put ? one.count : 0; break;
                case message::direction::receive: pulled += one.put ? 0 : one.count; break;
            }
            messages += one.ends_message ? 1 : 0;
        }
        benchmark::DoNotOptimize(pulled);
        benchmark::DoNotOptimize(pushed);
        benchmark::DoNotOptimize(messages);
    }
    state.SetItemsProcessed(static_cast<std::int64_t>(transfers.size()) * state.iterations());
}

void prove_schedule(benchmark::State& state, const std::string& algorithm) {
    const schedule plan = all_reduce(algorithm, state.range(0));
    for (auto _ : state) benchmark::DoNotOptimize(prove(plan).ok);
}

void at_several_sizes(benchmark::internal::Benchmark* one) {
    one->Arg(2)->Arg(8)->Arg(64);
}

BENCHMARK_CAPTURE(compile_schedule, direct, std::string("direct"))->Apply(at_several_sizes);
BENCHMARK_CAPTURE(compile_schedule, ring, std::string("ring"))->Apply(at_several_sizes);
BENCHMARK_CAPTURE(compile_schedule, halving_doubling, std::string("halving_doubling"))
    ->Apply(at_several_sizes);
BENCHMARK_CAPTURE(walk_schedule, direct, std::string("direct"))->Apply(at_several_sizes);
BENCHMARK_CAPTURE(walk_schedule, ring, std::string("ring"))->Apply(at_several_sizes);
BENCHMARK_CAPTURE(prove_schedule, ring, std::string("ring"))->Arg(8)->Arg(64);

}  // namespace
