#include "benches/peers/compare_sides.hpp"

#include <algorithm>
#include <cstdio>
#include <vector>

#include "harness/stats/quantile.hpp"

namespace peers {
namespace {

using railgauge::batch_order;

constexpr int rounds = 8;  // batches of each side
constexpr int pilots = 4;
constexpr double lead_ns = 60e3;       // from an order to its first start
constexpr double slack_ns = 3e3;       // from a slow sample's end to the next start
constexpr double streamed_ns = 200e3;  // one streamed sample, long beside the start's error
constexpr double least_samples = 8;    // the first ones find the other side's data in the caches
constexpr std::uint32_t most_samples = 2000;
constexpr int barriers = 200;

/// Rank 0 decides, the others are told.
class turns {
public:
    turns(railgauge::world& group, const railgauge::clock_calibration& clock)
        : group_(group), clock_(clock) {}

    std::span<const double> run(side& which, double period_ns, std::uint32_t samples,
                                std::uint32_t operations) {
        batch_order order;
        order.samples = samples;
        order.operations = operations;
        order.period_ticks = ticks(period_ns);
        order.start_ticks = railgauge::clock_now() + ticks(lead_ns);
        railgauge::broadcast_value(group_, order);
        return which.run(order);
    }

    /// Of one operation, at rank 0; everyone gets it. Starts that were missed are tried again.
    double quantile_ns(side& which, double q, double period_ns, std::uint32_t samples,
                       std::uint32_t operations) {
        for (;;) {
            const auto got = run(which, period_ns, samples, operations);
            double value =
                got.empty() ? 0 : railgauge::stats::quantile(got, q) * clock_.ns_per_tick;
            railgauge::broadcast_value(group_, value);
            if (value > 0) return value;
        }
    }

private:
    [[nodiscard]] std::uint64_t ticks(double ns) const {
        return static_cast<std::uint64_t>(ns / clock_.ns_per_tick);
    }

    railgauge::world& group_;
    const railgauge::clock_calibration& clock_;
};

// Two barriers a value: after the first one all ranks are there.
double barrier_ticks(railgauge::world& group) {
    std::vector<double> took;
    for (int i = 0; i < barriers; ++i) {
        group.barrier();
        const std::uint64_t start = railgauge::clock_now();
        group.barrier();
        took.push_back(static_cast<double>(railgauge::clock_now() - start));
    }
    return railgauge::stats::median(took);
}

}  // namespace

const char* name_of(timing which) {
    return which == timing::isolated ? "isolated" : "streamed";
}

comparison compare_sides(railgauge::world& group, const railgauge::clock_calibration& clock,
                         side& first, side& second, timing which, double budget_s) {
    turns turn(group, clock);
    // Warm up, then learn the pace: both sides get the same starts, those of the slower one.
    double pace_ns = 0;
    for (side* each : {&first, &second}) {
        const double rough_ns = turn.quantile_ns(*each, 0.5, 0, 1, 5);
        // The best of a few medians: on a busy machine one of them may hold a lost time slice.
        double median_ns = rough_ns;
        for (int i = 0; i < pilots; ++i) {
            const double period_ns = 2 * median_ns + slack_ns;
            median_ns = std::min(median_ns, turn.quantile_ns(*each, 0.5, period_ns, 20, 1));
        }
        pace_ns = std::max(pace_ns, median_ns);
    }
    std::uint32_t operations = 1;
    if (which == timing::streamed) {
        operations = static_cast<std::uint32_t>(std::clamp(streamed_ns / pace_ns, 4.0, 1000.0));
    }
    const double period_ns = 1.5 * pace_ns * operations + slack_ns;
    const double batch_ns = budget_s * 1e9 / (2 * rounds);
    const auto samples = static_cast<std::uint32_t>(
        std::clamp(batch_ns / period_ns, least_samples, static_cast<double>(most_samples)));
    std::vector<double> ours;
    std::vector<double> theirs;
    const double barrier_before = barrier_ticks(group);
    for (int round = 0; round < rounds; ++round) {
        // A B, B A, ...: what a batch leaves in the caches is then shared fairly.
        for (const bool turn_of_first : {round % 2 == 0, round % 2 != 0}) {
            const auto got =
                turn.run(turn_of_first ? first : second, period_ns, samples, operations);
            auto& into = turn_of_first ? ours : theirs;
            into.insert(into.end(), got.begin(), got.end());
        }
    }
    const double barrier_after = barrier_ticks(group);
    comparison result;
    if (group.rank() != 0) return result;
    result.barrier_ns = std::max(barrier_before, barrier_after) * clock.ns_per_tick;
    result.first_ns = railgauge::stats::median(ours) * clock.ns_per_tick;
    result.second_ns = railgauge::stats::median(theirs) * clock.ns_per_tick;
    result.first_samples = ours.size();
    result.second_samples = theirs.size();
    result.asked_samples = std::size_t{samples} * rounds;
    return result;
}

void print_comparison(const std::string& op, timing which, std::uint64_t bytes,
                      const comparison& result) {
    std::printf("%s %s %llu %.2f %.2f %zu %zu %zu %.0f\n", op.c_str(), name_of(which),
                static_cast<unsigned long long>(bytes), result.first_ns, result.second_ns,
                result.first_samples, result.second_samples, result.asked_samples,
                result.barrier_ns);
    std::fflush(stdout);
}

}  // namespace peers
