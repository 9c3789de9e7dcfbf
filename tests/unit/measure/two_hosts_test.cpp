// Sampling where the ranks' hosts have clocks of their own.
#include <gtest/gtest.h>

#include <algorithm>

#include "harness/measure/clock_sync.hpp"
#include "harness/measure/point_sampler.hpp"
#include "tests/unit/measure/forked_ranks.hpp"

namespace railgauge {
namespace {

using testing_doubles::run_ranks;
using testing_doubles::shared_value;
using testing_doubles::spinning_operation;

constexpr double claimed_error_ticks = 20'000;

/// Ranks of one host that say they are on two, and how uncertain their clocks are.
class two_hosts final : public world {
public:
    explicit two_hosts(world& real) : real_(real) {}

    [[nodiscard]] int rank() const noexcept override { return real_.rank(); }
    [[nodiscard]] int size() const noexcept override { return real_.size(); }
    [[nodiscard]] int local_rank() const noexcept override { return 0; }
    [[nodiscard]] int local_size() const noexcept override { return 1; }
    [[nodiscard]] const std::string& host_name() const noexcept override {
        return real_.host_name();
    }
    [[nodiscard]] int host() const noexcept override { return real_.rank(); }
    [[nodiscard]] int hosts() const noexcept override { return real_.size(); }
    [[nodiscard]] std::string_view meeting() const noexcept override { return "environment"; }
    void barrier() override { real_.barrier(); }
    void broadcast(std::span<std::byte> data, int root) override { real_.broadcast(data, root); }
    void gather(std::span<const std::byte> mine, std::span<std::byte> all, int root) override {
        real_.gather(mine, all, root);
    }
    void reduce_max(std::span<double> values, std::span<std::int32_t> owners) override {
        real_.reduce_max(values, owners);
    }
    [[nodiscard]] std::unique_ptr<world> split(int color, int key) override {
        return real_.split(color, key);
    }
    [[nodiscard]] clock_relation relate_clock() override {
        ++relations;
        if (rank() == 0) return {};
        const std::uint64_t now = clock_now();
        return {now, now, 1, claimed_error_ticks, 100e-6};
    }
    void enter(phase where, std::int64_t point) noexcept override { real_.enter(where, point); }
    void set_deadline(std::chrono::nanoseconds limit) noexcept override {
        real_.set_deadline(limit);
    }
    void heartbeat() noexcept override { real_.heartbeat(); }
    [[nodiscard]] bool interrupted() const noexcept override { return real_.interrupted(); }

    int relations = 0;

private:
    world& real_;
};

struct outcome {
    std::uint64_t samples;
    double residual_ticks;
    double least_ticks;
    int relations;
};

TEST(two_hosts, samples_say_how_far_the_clocks_may_be_apart) {
    const shared_value<outcome> page;
    double length_ticks = 0;
    run_ranks(2, [&](world& real) {
        two_hosts group(real);
        const clock_calibration clock = agree_on_clock(group);
        EXPECT_GE(clock_residual_us(group, clock), 0);
        spinning_operation what(clock.ticks(std::chrono::microseconds(20)));
        point_sampler sampler(group, clock);
        sampling_request request;
        request.deadline = std::chrono::seconds(60);
        request.stop.iterations = 200;
        const sampled_point found = sampler.sample(what, request);
        if (group.rank() != 0) return;
        page->samples = found.ticks.size();
        page->residual_ticks = found.residual_ticks;
        page->least_ticks = *std::min_element(found.ticks.begin(), found.ticks.end());
        page->relations = group.relations;
        length_ticks = static_cast<double>(clock.ticks(std::chrono::microseconds(20)));
    });
    EXPECT_EQ(page->samples, 200u);
    EXPECT_GE(page->residual_ticks, claimed_error_ticks);
    EXPECT_GE(page->least_ticks, length_ticks);
    EXPECT_GE(page->relations, 1);
}

}  // namespace
}  // namespace railgauge
