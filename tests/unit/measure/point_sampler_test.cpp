#include "harness/measure/point_sampler.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include "harness/measure/clock_sync.hpp"
#include "tests/unit/measure/forked_ranks.hpp"

namespace railgauge {
namespace {

using testing_doubles::run_ranks;
using testing_doubles::shared_value;
using testing_doubles::spinning_operation;

/// What is left of a sampled_point, and how often rank 0 and the last rank executed.
struct outcome {
    std::uint64_t samples;
    std::uint64_t owners;
    std::uint64_t operations;
    std::uint64_t warm_up;
    std::uint64_t late;
    stop_reason reason;
    stop_reason reason_elsewhere;
    double least_ticks;
    std::uint64_t executions;
    std::uint64_t executions_elsewhere;
    double length_ticks;

    /// Every execution is warm-up, a sample, or one that came late.
    [[nodiscard]] std::uint64_t accounted() const {
        return warm_up + (samples + late) * operations;
    }
};

outcome sampled(int ranks, std::chrono::microseconds length, const sampling_request& request) {
    const shared_value<outcome> page;
    run_ranks(ranks, [&](world& group) {
        const clock_calibration clock = agree_on_clock(group);
        spinning_operation what(clock.ticks(length));
        sampling_request asked = request;
        asked.deadline = std::chrono::seconds(60);
        point_sampler sampler(group, clock);
        const sampled_point found = sampler.sample(what, asked);
        if (group.rank() == group.size() - 1) {
            page->reason_elsewhere = found.reason;
            page->executions_elsewhere = what.executions();
        }
        if (group.rank() != 0) return;
        page->samples = found.ticks.size();
        page->owners = found.last.size();
        page->operations = found.operations;
        page->warm_up = found.warm_up;
        page->late = found.late;
        page->reason = found.reason;
        page->least_ticks = std::accumulate(found.ticks.begin(), found.ticks.end(),
                                            found.ticks.empty() ? 0 : found.ticks.front(),
                                            [](double a, double b) { return std::min(a, b); });
        page->executions = what.executions();
        page->length_ticks = static_cast<double>(clock.ticks(length));
    });
    return *page;
}

void expect_complete(const outcome& found) {
    EXPECT_GT(found.samples, 0u);
    EXPECT_EQ(found.owners, found.samples);
    EXPECT_EQ(found.executions, found.accounted());
    EXPECT_EQ(found.executions_elsewhere, found.executions);
    EXPECT_EQ(found.reason_elsewhere, found.reason);
    EXPECT_GE(found.least_ticks, found.length_ticks);
}

constexpr std::chrono::microseconds short_time{20};

TEST(point_sampler, takes_exactly_the_iterations_that_were_asked_for) {
    for (const int ranks : {1, 2, 3}) {
        sampling_request request;
        request.stop.iterations = 37;
        request.stop.budget_s = 0.05;
        const outcome found = sampled(ranks, short_time, request);
        expect_complete(found);
        EXPECT_EQ(found.samples, 37u);
        EXPECT_EQ(found.operations, 1u);
        EXPECT_EQ(found.reason, stop_reason::iterations);
    }
}

TEST(point_sampler, stops_when_the_interval_is_narrow_enough) {
    sampling_request request;
    request.stop.precision = 0.9;
    request.stop.budget_s = 2;
    const outcome found = sampled(2, short_time, request);
    expect_complete(found);
    EXPECT_EQ(found.reason, stop_reason::precision);
    EXPECT_GE(found.samples, 30u);
}

TEST(point_sampler, stops_when_the_budget_is_spent) {
    sampling_request request;
    request.stop.precision = -1;  // no interval is that narrow
    request.stop.budget_s = 0.05;
    const outcome found = sampled(2, short_time, request);
    expect_complete(found);
    EXPECT_EQ(found.reason, stop_reason::budget);
}

TEST(point_sampler, counts_the_warm_up_that_was_asked_for) {
    sampling_request none;
    none.stop.iterations = 10;
    none.stop.warm_up = 0;
    sampling_request some = none;
    some.stop.warm_up = 5000;
    const outcome without = sampled(2, std::chrono::microseconds(1), none);
    const outcome with = sampled(2, std::chrono::microseconds(1), some);
    expect_complete(without);
    expect_complete(with);
    // What finding the pace takes comes on top.
    EXPECT_GT(without.warm_up, 0u);
    EXPECT_LT(without.warm_up, 5000u);
    EXPECT_GT(with.warm_up, 5000u);
}

TEST(point_sampler, streams_as_many_operations_as_were_asked_for) {
    sampling_request request;
    request.timing = timing_kind::streamed;
    request.stop.iterations = 8;
    request.stop.precision = -1;
    request.stop.budget_s = 0.2;
    const outcome both = sampled(2, short_time, request);
    expect_complete(both);
    EXPECT_EQ(both.operations, 8u);

    // One rank, which other programs disturb less: the time is that of one operation, too.
    const outcome streamed = sampled(1, short_time, request);
    request.timing = timing_kind::isolated;
    request.stop.iterations = 100;
    const outcome isolated = sampled(1, short_time, request);
    EXPECT_LT(streamed.least_ticks, 2 * isolated.least_ticks);
    EXPECT_LT(isolated.least_ticks, 2 * streamed.least_ticks);
}

TEST(point_sampler, streams_short_operations_in_numbers) {
    sampling_request request;
    request.timing = timing_kind::streamed;
    request.stop.budget_s = 0.05;
    // A first sample that another program held up for long looks like a long operation: the number
    // is then 1, and only another try tells.
    outcome found{};
    for (int attempt = 0; attempt < 10 && found.operations < 2; ++attempt) {
        found = sampled(1, std::chrono::microseconds(10), request);
        expect_complete(found);
    }
    EXPECT_GT(found.operations, 1u);
    EXPECT_LE(found.operations, 10u);  // a sample of 100 us is long enough
}

}  // namespace
}  // namespace railgauge
