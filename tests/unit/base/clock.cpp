#include "harness/base/clock.hpp"

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <limits>
#include <new>
#include <type_traits>

#include "harness/base/clock_envelope.hpp"
#include "harness/base/error.hpp"

namespace railgauge {
namespace {

using namespace std::chrono_literals;

TEST(clock_now, never_goes_backwards) {
    std::uint64_t last = clock_now();
    for (int i = 0; i < 10'000; ++i) {
        const std::uint64_t now = clock_now();
        ASSERT_GE(now, last);
        last = now;
    }
}

TEST(calibrate_clock, agrees_with_the_kernel) {
    static_assert(std::is_trivially_copyable_v<clock_calibration>);
    const clock_calibration calibration = calibrate_clock(20ms);
    EXPECT_EQ(calibration.counter, detail::clock_is_counter);
    const std::uint64_t begin = clock_now();
    const std::uint64_t begin_ns = detail::monotonic_ns();
    usleep(20'000);
    const double measured_ns = calibration.ns(clock_now() - begin);
    const double kernel_ns = static_cast<double>(detail::monotonic_ns() - begin_ns);
    // Wide, because this process may be stopped between two readings.
    EXPECT_NEAR(measured_ns / kernel_ns, 1.0, 0.2);
    EXPECT_LT(calibration.relative_error, 0.1);
    EXPECT_GT(calibration.reading_ns, 0);
}

TEST(calibrate_clock, ticks_are_the_inverse_of_ns) {
    const clock_calibration half{true, 0.5, 0, 0};
    EXPECT_EQ(half.ticks(100ns), 200u);
    EXPECT_EQ(half.ticks(0ns), 0u);
    EXPECT_EQ(half.ticks(-5ns), 0u);
    EXPECT_DOUBLE_EQ(half.ns(200), 100);
    const clock_calibration third{true, 0.3, 0, 0};
    EXPECT_EQ(third.ticks(1ns), 4u);  // at least that long
}

TEST(clock_envelope, takes_the_tightest_bounds) {
    clock_envelope envelope;
    EXPECT_EQ(envelope.error(), std::numeric_limits<double>::infinity());
    EXPECT_EQ(envelope.offset(), 0);
    envelope.add(100, 1150, 200);  // remote - local lies in [950, 1050]
    EXPECT_DOUBLE_EQ(envelope.offset(), 1000);
    EXPECT_DOUBLE_EQ(envelope.error(), 50);
    envelope.add(300, 1310, 340);  // in [970, 1010]
    envelope.add(500, 1600, 700);  // in [900, 1100]: adds nothing
    EXPECT_DOUBLE_EQ(envelope.offset(), 990);
    EXPECT_DOUBLE_EQ(envelope.error(), 20);
    EXPECT_DOUBLE_EQ(envelope.residual(), 1010);
    EXPECT_EQ(envelope.exchanges(), 3u);
    EXPECT_FALSE(envelope.contradicts());
}

TEST(clock_envelope, knows_clocks_behind_and_across_the_wrap) {
    clock_envelope behind;
    behind.add(1000, 100, 1010);  // in [-910, -900]
    EXPECT_DOUBLE_EQ(behind.offset(), -905);
    EXPECT_DOUBLE_EQ(behind.residual(), 910);
    clock_envelope wrapped;
    const std::uint64_t top = std::numeric_limits<std::uint64_t>::max();
    wrapped.add(top - 4, 5, 3);  // remote and the second local reading wrapped: in [2, 10]
    EXPECT_DOUBLE_EQ(wrapped.offset(), 6);
    EXPECT_DOUBLE_EQ(wrapped.error(), 4);
}

TEST(clock_envelope, notices_a_step) {
    clock_envelope envelope;
    envelope.add(100, 100, 110);  // in [-10, 0]
    envelope.add(200, 300, 210);  // in [90, 100]
    EXPECT_TRUE(envelope.contradicts());
    EXPECT_EQ(envelope.error(), 0);
}

TEST(clock_exchange, two_processes_share_one_clock) {
    void* const area = mmap(nullptr, sizeof(clock_exchange), PROT_READ | PROT_WRITE,
                            MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    ASSERT_NE(area, MAP_FAILED);
    auto* const words = new (area) clock_exchange;
    const pid_t child = fork();
    if (child == 0) {
        answer_clock(*words, 200, 30s);
        answer_clock(*words, 50, 30s);
        _exit(0);
    }
    const clock_envelope envelope = ask_clock(*words, 200, 30s);
    EXPECT_EQ(envelope.exchanges(), 200u);
    EXPECT_FALSE(envelope.contradicts());
    // The true offset is 0: it has to lie within the bounds.
    EXPECT_LE(std::abs(envelope.offset()), envelope.error());
    EXPECT_EQ(ask_clock(*words, 50, 30s).exchanges(), 50u);  // the words serve again
    int status = -1;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0);
    munmap(area, sizeof(clock_exchange));
}

TEST(clock_exchange, gives_up_on_a_silent_peer) {
    clock_exchange words;
    EXPECT_THROW(static_cast<void>(ask_clock(words, 1, 1ms)), deadline_error);
    EXPECT_THROW(answer_clock(words, 2, 1ms), deadline_error);
}

}  // namespace
}  // namespace railgauge
