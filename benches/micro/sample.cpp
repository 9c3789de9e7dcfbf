// What a sample costs beside the operation: the loop of a batch with an operation that does
// nothing, from a common start (waiting not included: the starts have passed) and back to back.
// One rank, so that nothing but the loop is in the figure; an item is a sample. benches/peers'
// harness_cost measures the same between two ranks.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstring>
#include <stdexcept>

#include "harness/measure/batch.hpp"

namespace {

using namespace railgauge;

// A group of one, whose collectives have nobody to wait for.
class lone_world final : public world {
public:
    [[nodiscard]] int rank() const noexcept override { return 0; }
    [[nodiscard]] int size() const noexcept override { return 1; }
    [[nodiscard]] int local_rank() const noexcept override { return 0; }
    [[nodiscard]] int local_size() const noexcept override { return 1; }
    [[nodiscard]] const std::string& host_name() const noexcept override { return host_; }
    [[nodiscard]] std::string_view meeting() const noexcept override { return "alone"; }
    void barrier() override {}
    void broadcast(std::span<std::byte>, int) override {}
    void gather(std::span<const std::byte> mine, std::span<std::byte> all, int) override {
        std::ranges::copy(mine, all.begin());
    }
    void reduce_max(std::span<double>, std::span<std::int32_t> owners) override {
        std::ranges::fill(owners, 0);
    }
    [[nodiscard]] std::unique_ptr<world> split(int, int) override {
        throw std::logic_error("a group of one is not split");
    }
    void enter(phase, std::int64_t) noexcept override {}
    void set_deadline(std::chrono::nanoseconds) noexcept override {}
    void heartbeat() noexcept override {}
    [[nodiscard]] bool interrupted() const noexcept override { return false; }

private:
    std::string host_ = "localhost";
};

class empty_operation final : public operation {
public:
    void execute() override {}
    [[nodiscard]] std::string_view algorithm() const noexcept override { return "none"; }
};

constexpr std::uint32_t samples = 1000;

void sample(benchmark::State& state) {
    lone_world group;
    batch_runner runner(group);
    empty_operation nothing;
    batch_order order;
    order.samples = samples;
    order.operations = static_cast<std::uint32_t>(state.range(0));
    for (auto _ : state) {
        order.start_ticks = 0;
        benchmark::DoNotOptimize(runner.run(nothing, order));
    }
    state.SetItemsProcessed(state.iterations() * samples);
}
BENCHMARK(sample)->ArgName("operations")->Arg(1)->Arg(100);

void reading_the_clock(benchmark::State& state) {
    for (auto _ : state) benchmark::DoNotOptimize(clock_now());
    state.SetItemsProcessed(state.iterations());
}
BENCHMARK(reading_the_clock);

}  // namespace
