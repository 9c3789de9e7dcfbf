#include "harness/measure/batch.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <functional>

#include "harness/base/error.hpp"
#include "tests/unit/measure/forked_ranks.hpp"

namespace railgauge {
namespace {

using testing_doubles::doze;
using testing_doubles::loaded_operation;
using testing_doubles::run_ranks;
using testing_doubles::shared_value;
using testing_doubles::spin;
using testing_doubles::told_operation;

constexpr std::size_t most_samples = 32;

/// A batch's result at rank 0.
struct outcome {
    std::size_t counted;
    std::size_t owners;
    std::uint32_t late;
    bool first_late;
    std::array<double, most_samples> ticks;
    std::array<std::int32_t, most_samples> last;

    [[nodiscard]] auto times_last(std::int32_t rank) const {
        return std::count(last.begin(), last.begin() + static_cast<std::ptrdiff_t>(owners), rank);
    }
    [[nodiscard]] double least() const {
        return *std::min_element(ticks.begin(),
                                 ticks.begin() + static_cast<std::ptrdiff_t>(counted));
    }
};

/// `what` is told the rank and how often it was executed before; `order`'s start is moved by now.
outcome run_batch(int ranks, batch_order order, std::int64_t start_from_now_ticks,
                  const std::function<void(int, int)>& what) {
    const shared_value<outcome> page;
    run_ranks(ranks, [&](world& group) {
        int executed = 0;
        told_operation one([&] { what(group.rank(), executed++); });
        batch_runner runner(group);
        batch_order now = order;
        now.start_ticks = clock_now() + static_cast<std::uint64_t>(start_from_now_ticks);
        broadcast_value(group, now);
        const batch_result& result = runner.run(one, now);
        if (group.rank() != 0) return;
        page->counted = result.ticks.size();
        page->owners = result.last.size();
        page->late = result.late;
        page->first_late = result.first_late;
        std::ranges::copy(result.ticks, page->ticks.begin());
        std::ranges::copy(result.last, page->last.begin());
    });
    return *page;
}

std::uint64_t ticks_of_ms(int ms) {
    static const clock_calibration clock = calibrate_clock();
    return clock.ticks(std::chrono::milliseconds(ms));
}

TEST(batch_runner, counts_no_sample_whose_start_was_missed) {
    // All starts lie in the past.
    const batch_order order{.samples = 10};
    const outcome found = run_batch(2, order, -1'000'000, [](int, int) {});
    EXPECT_EQ(found.late, 10u);
    EXPECT_TRUE(found.first_late);
    EXPECT_EQ(found.counted, 0u);
    EXPECT_EQ(found.owners, 0u);
}

// What follows is counted in tens of milliseconds, since other programs may hold the cores for
// some.

TEST(batch_runner, says_how_many_samples_one_slow_rank_made_late) {
    const std::uint64_t period = ticks_of_ms(40);
    const batch_order order{.period_ticks = period, .samples = 5};
    // Sample 0 of rank 1 lasts beyond the starts of 1 and 2. More may be late where a rank had to
    // wait for a core, so that one try in some is asked to show exactly two.
    bool exact = false;
    for (int attempt = 0; attempt < 20 && !exact; ++attempt) {
        const outcome found =
            run_batch(2, order, static_cast<std::int64_t>(period), [=](int rank, int executed) {
                if (rank == 1 && executed == 0) doze(period * 9 / 4);
            });
        EXPECT_GE(found.late, 2u);
        EXPECT_EQ(found.counted, 5 - found.late);
        EXPECT_EQ(found.owners, found.counted);
        exact = found.late == 2 && !found.first_late;
    }
    EXPECT_TRUE(exact);
}

TEST(batch_runner, names_the_slow_rank) {
    const std::uint64_t length = ticks_of_ms(40);
    for (const start_kind start : {start_kind::clock, start_kind::barrier}) {
        const batch_order order{.period_ticks = 2 * length, .samples = 7, .start = start};
        const outcome found = run_batch(3, order, static_cast<std::int64_t>(length),
                                        [=](int rank, int) { doze(rank == 1 ? length : 0); });
        ASSERT_GT(found.counted, 0u);
        EXPECT_EQ(found.owners, found.counted);
        EXPECT_GT(found.times_last(1) * 2, static_cast<std::int64_t>(found.counted));
        // A sample is as long as its slowest rank.
        EXPECT_GE(found.least(), static_cast<double>(length));
    }
}

TEST(batch_runner, divides_by_the_operations) {
    const std::uint64_t length = ticks_of_ms(5);
    for (const start_kind start : {start_kind::clock, start_kind::barrier}) {
        const batch_order order{
            .period_ticks = 16 * length, .samples = 4, .operations = 4, .start = start};
        const outcome found = run_batch(2, order, static_cast<std::int64_t>(8 * length),
                                        [=](int, int) { doze(length); });
        ASSERT_GT(found.counted, 0u);
        EXPECT_GE(found.least(), static_cast<double>(length));
        EXPECT_LT(found.least(), 4.0 * static_cast<double>(length));
    }
}

TEST(batch_runner, starts_more_ranks_than_cores_from_a_barrier) {
    const std::uint64_t length = ticks_of_ms(1) / 10;
    const batch_order order{.samples = 32, .start = start_kind::barrier};
    // The start that an order holds does not matter here, nor can a rank be late.
    const outcome found =
        run_batch(4, order, -1'000'000, [=](int rank, int) { spin(rank == 3 ? length : 0); });
    EXPECT_EQ(found.counted, 32u);
    EXPECT_EQ(found.owners, 32u);
    EXPECT_EQ(found.late, 0u);
    EXPECT_GE(found.least(), static_cast<double>(length));
}

/// Stands for a device: the work takes `ns`, and it is noted whether the calls came in order.
class pretended_device final : public operation, public held_run {
public:
    explicit pretended_device(double ns) : ns_(ns) {}
    void execute() override { ADD_FAILURE() << "the host is not to time a device's work"; }
    [[nodiscard]] std::string_view algorithm() const noexcept override { return "pretended"; }
    [[nodiscard]] held_run* held() noexcept override { return this; }

    void arm(std::uint32_t operations) override {
        in_order_ = in_order_ && next_ == 0;
        next_ = 1;
        operations_ = operations;
    }
    void release() noexcept override {
        in_order_ = in_order_ && next_ == 1;
        next_ = 2;
    }
    [[nodiscard]] double finish_ns() override {
        in_order_ = in_order_ && next_ == 2;
        next_ = 0;
        return ns_ * operations_;
    }
    [[nodiscard]] bool in_order() const noexcept { return in_order_; }

private:
    double ns_;
    std::uint32_t operations_ = 0;
    int next_ = 0;
    bool in_order_ = true;
};

// The longest of the ranks' own times counts, in the host's ticks, whatever the release's moment.
TEST(batch_runner, takes_a_devices_own_time) {
    constexpr double ns_per_tick = 0.5;
    for (const start_kind start : {start_kind::clock, start_kind::barrier}) {
        const shared_value<std::array<double, 3>> found;
        run_ranks(3, [&](world& group) {
            pretended_device what(group.rank() == 1 ? 700.0 : 300.0);
            batch_runner runner(group, ns_per_tick);
            batch_order order{.start_ticks = clock_now() + ticks_of_ms(200),
                              .period_ticks = ticks_of_ms(100),
                              .samples = 5,
                              .operations = 4,
                              .start = start};
            broadcast_value(group, order);
            const batch_result& result = runner.run(what, order);
            if (!what.in_order()) throw error(exit_status::unfinished, "out of order");
            if (group.rank() != 0) return;
            *found = {static_cast<double>(result.ticks.size() + result.late),
                      result.ticks.empty() ? 0 : result.ticks.front(),
                      result.last.empty() ? -1.0 : result.last.front()};
        });
        EXPECT_EQ(found->at(0), 5);
        EXPECT_EQ(found->at(1), 700.0 / ns_per_tick);
        EXPECT_EQ(found->at(2), 1);
    }
}

TEST(batch_runner, counts_the_samples_that_outlasted_the_load_of_any_rank) {
    const shared_value<std::uint32_t> uncovered;
    run_ranks(3, [&](world& group) {
        // None at rank 0, the first of 5 at rank 1, the last two at rank 2.
        loaded_operation one([&](int sample) {
            return group.rank() == 0 || (group.rank() == 1 ? sample > 0 : sample < 3);
        });
        batch_runner runner(group);
        const batch_order order{.samples = 5, .start = start_kind::barrier};
        const batch_result& result = runner.run(one, order);
        if (group.rank() == 0) *uncovered = result.uncovered;
    });
    EXPECT_EQ(*uncovered, 3u);
}

TEST(batch_runner, does_not_count_what_outlasted_the_load_while_another_rank_was_late) {
    const shared_value<std::array<std::uint32_t, 2>> found;
    run_ranks(2, [&](world& group) {
        // Rank 0 is there in time, mostly, and its load ends too early; rank 1 is late.
        loaded_operation one([&](int) { return group.rank() == 1; });
        batch_runner runner(group);
        const auto ahead = static_cast<std::uint64_t>(50e6 / calibrate_clock().ns_per_tick);
        batch_order order{.start_ticks = clock_now() + ahead, .samples = 1};
        broadcast_value(group, order);
        if (group.rank() == 1) doze(2 * ahead);
        const batch_result& result = runner.run(one, order);
        if (group.rank() == 0) *found = {result.late, result.uncovered};
    });
    EXPECT_EQ(found->at(0), 1u);
    EXPECT_EQ(found->at(1), 0u);
}

TEST(batch_runner, does_not_count_late_samples_that_outlasted_the_load) {
    const shared_value<std::array<std::uint32_t, 2>> found;
    run_ranks(2, [&](world& group) {
        loaded_operation one([](int) { return false; });
        batch_runner runner(group);
        // The start is long past: none of them counts.
        const batch_order order{.start_ticks = 1, .samples = 5, .start = start_kind::clock};
        const batch_result& result = runner.run(one, order);
        if (group.rank() == 0) *found = {result.late, result.uncovered};
    });
    EXPECT_EQ(found->at(0), 5u);
    EXPECT_EQ(found->at(1), 0u);
}

}  // namespace
}  // namespace railgauge
