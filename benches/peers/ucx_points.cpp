// Messages between two ranks over ucx, measured as ucx_perftest defines it, so that the two can be
// put side by side (peers.py ucx-perf):
//
// lat  ping_pong, iterations one after the other without a barrier between them; half of the time
//      from one iteration's end to the next one's, at rank 0; printed are the median and the mean.
// bw   send from rank 0 to rank 1 with a window of messages under way; all of the time until rank 1
//      has everything, over the number of messages; printed twice.
//
// Usage: peer_ucx_points {lat|bw BYTES ITERATIONS WARM_UP WINDOW}... ; prints "what bytes p50_ns
// mean_ns" for each. Limits: ucx_perftest sends one buffer again and again, railgauge's window has
// a slice for each of its messages; and its window slides, while ours is filled anew when all of it
// has gone. With a window of 1 both are the same.

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "benches/peers/find_ucx.hpp"
#include "harness/base/clock.hpp"
#include "harness/base/error.hpp"
#include "harness/launch/forked.hpp"
#include "harness/launch/placement.hpp"
#include "harness/measure/clock_sync.hpp"
#include "harness/stats/quantile.hpp"

namespace {

using namespace railgauge;

struct point {
    std::string what;
    std::uint64_t bytes = 0;
    std::uint64_t iterations = 0;
    std::uint64_t warm_up = 0;
    int window = 1;
};

struct result {
    double median_ns = 0;
    double mean_ns = 0;
};

result latency(operation& what, const point& asked, const clock_calibration& clock) {
    std::vector<double> halves(asked.iterations);
    for (std::uint64_t i = 0; i < asked.warm_up; ++i) what.execute();
    const std::uint64_t begin = clock_now();
    std::uint64_t before = begin;
    for (double& half : halves) {
        what.execute();
        const std::uint64_t now = clock_now();
        half = static_cast<double>(now - before) / 2;
        before = now;
    }
    return {.median_ns = stats::median(halves) * clock.ns_per_tick,
            .mean_ns = clock.ns(before - begin) / 2 / static_cast<double>(asked.iterations)};
}

// The barrier tells rank 0 that rank 1 has everything.
result bandwidth(world& group, operation& what, const point& asked,
                 const clock_calibration& clock) {
    const auto window = static_cast<std::uint64_t>(asked.window);
    const std::uint64_t executions = (asked.iterations + window - 1) / window;
    for (std::uint64_t i = 0; i < asked.warm_up; i += window) what.execute();
    group.barrier();
    const std::uint64_t begin = clock_now();
    for (std::uint64_t i = 0; i < executions; ++i) what.execute();
    group.barrier();
    const double ns = clock.ns(clock_now() - begin) / static_cast<double>(executions * window);
    return {.median_ns = ns, .mean_ns = ns};
}

exit_status measure(world& group, const std::vector<point>& points) {
    (void)place_ranks(group, true);
    const clock_calibration clock = agree_on_clock(group);
    const auto ucx = peers::find_ucx();
    const auto carrier = ucx->make_communicator(group);
    for (const point& asked : points) {
        const bool lat = asked.what == "lat";
        const operation_spec spec{.kind = lat ? operation_kind::ping_pong : operation_kind::send,
                                  .type = dtype::uint8,
                                  .count = asked.bytes,
                                  .algorithm = {},
                                  .window = asked.window};
        const auto input = carrier->allocate(asked.bytes * static_cast<unsigned>(asked.window));
        const auto output = carrier->allocate(asked.bytes * static_cast<unsigned>(asked.window));
        const auto made = carrier->prepare(spec, *input, *output);
        group.barrier();
        const result found =
            lat ? latency(*made, asked, clock) : bandwidth(group, *made, asked, clock);
        if (group.rank() != 0) continue;
        std::printf("%s %llu %.2f %.2f\n", asked.what.c_str(),
                    static_cast<unsigned long long>(asked.bytes), found.median_ns, found.mean_ns);
        std::fflush(stdout);
    }
    return exit_status::fine;
}

}  // namespace

int main(int argc, char** argv) {
    std::vector<point> points;
    for (int i = 1; i + 4 < argc; i += 5) {
        points.push_back({.what = argv[i],
                          .bytes = std::strtoull(argv[i + 1], nullptr, 10),
                          .iterations = std::strtoull(argv[i + 2], nullptr, 10),
                          .warm_up = std::strtoull(argv[i + 3], nullptr, 10),
                          .window = std::atoi(argv[i + 4])});
    }
    // peers.py stops these ranks most of the time.
    constexpr board_limits patient{.start = std::chrono::minutes(30),
                                   .step = std::chrono::minutes(30)};
    const forked_result ended =
        run_forked({.ranks = 2, .limits = patient, .on_tick = {}},
                   [&points](world& group) { return measure(group, points); });
    if (ended.ended_by) std::fprintf(stderr, "%s\n", ended.ended_by->text.c_str());
    return static_cast<int>(ended.status);
}
