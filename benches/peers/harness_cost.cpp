// What does the harness add to a sample? An empty operation is timed as any other, in a world of
// one rank, and one reading of the clock, which any timing needs, is taken off.
//
// isolated: what a sample of it says minus one reading. loop: the time from one sample to the next
// when no start is waited for (all are late), with the sample's share of the reduction over ranks,
// minus one reading. Prints "isolated|loop 0 cost_ns reading_ns".

#include <algorithm>
#include <cstdio>
#include <vector>

#include "harness/launch/forked.hpp"
#include "harness/measure/batch.hpp"
#include "harness/measure/clock_sync.hpp"
#include "harness/stats/quantile.hpp"

namespace {

using namespace railgauge;

class empty_operation final : public operation {
public:
    void execute() override {
        // Not optimised away; the call itself is part of the cost.
        asm volatile("" ::: "memory");
    }
    [[nodiscard]] std::string_view algorithm() const noexcept override { return "none"; }
};

constexpr std::uint32_t samples = 2000;
constexpr int batches = 50;

exit_status measure(world& group) {
    const clock_calibration clock = agree_on_clock(group);
    empty_operation nothing;
    batch_runner runner(group);
    std::vector<double> inside_ns;
    std::vector<double> between_ns;
    for (int i = 0; i < batches; ++i) {
        batch_order order{.samples = samples};
        order.period_ticks = clock.ticks(std::chrono::nanoseconds(500));
        order.start_ticks = clock_now() + clock.ticks(std::chrono::microseconds(20));
        for (const double ticks : runner.run(nothing, order).ticks) {
            inside_ns.push_back(ticks * clock.ns_per_tick);
        }
        order.period_ticks = 0;
        order.start_ticks = clock_now();
        const std::uint64_t before = clock_now();
        (void)runner.run(nothing, order);
        between_ns.push_back(clock.ns(clock_now() - before) / samples);
    }
    std::printf("isolated 0 %.2f %.2f\n", stats::median(inside_ns) - clock.reading_ns,
                clock.reading_ns);
    std::printf("loop 0 %.2f %.2f\n", stats::median(between_ns) - clock.reading_ns,
                clock.reading_ns);
    std::fflush(stdout);
    return exit_status::fine;
}

}  // namespace

int main() {
    const forked_result result = run_forked({.ranks = 1, .limits = {}, .on_tick = {}}, measure);
    return static_cast<int>(result.status);
}
