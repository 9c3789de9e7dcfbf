#include "harness/base/clock_envelope.hpp"

#include <sched.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "harness/base/clock.hpp"
#include "harness/base/error.hpp"

namespace railgauge {
namespace {

/// Waits until `word` is at least `value`.
void await(const std::atomic<std::uint64_t>& word, std::uint64_t value,
           std::chrono::nanoseconds limit) {
    constexpr int spins_before_yield = 2000;
    const auto begin = std::chrono::steady_clock::now();
    for (int spins = 0; word.load(std::memory_order_acquire) < value; ++spins) {
        if (spins < spins_before_yield) continue;
        sched_yield();
        if (std::chrono::steady_clock::now() - begin > limit) {
            throw deadline_error(
                "comparing the ranks' clocks: the other process did not answer in time; it has "
                "ended or does not run");
        }
    }
}

}  // namespace

void clock_envelope::add(std::uint64_t local_before, std::uint64_t remote,
                         std::uint64_t local_after) noexcept {
    const auto low = static_cast<std::int64_t>(remote - local_after);
    const auto high = static_cast<std::int64_t>(remote - local_before);
    low_ = exchanges_ == 0 ? low : std::max(low_, low);
    high_ = exchanges_ == 0 ? high : std::min(high_, high);
    ++exchanges_;
}

double clock_envelope::offset() const noexcept {
    return (static_cast<double>(low_) + static_cast<double>(high_)) / 2;
}

double clock_envelope::error() const noexcept {
    if (exchanges_ == 0) return std::numeric_limits<double>::infinity();
    return std::max(0.0, (static_cast<double>(high_) - static_cast<double>(low_)) / 2);
}

double clock_envelope::residual() const noexcept {
    return std::abs(offset()) + error();
}

clock_envelope ask_clock(clock_exchange& words, int rounds, std::chrono::nanoseconds limit) {
    clock_envelope envelope;
    const std::uint64_t base = words.request.load(std::memory_order_relaxed);
    for (int round = 1; round <= rounds; ++round) {
        const std::uint64_t number = base + static_cast<std::uint64_t>(round);
        const std::uint64_t before = clock_now();
        words.request.store(number, std::memory_order_release);
        await(words.reply, number, limit);
        envelope.add(before, words.remote_ticks, clock_now());
    }
    return envelope;
}

void answer_clock(clock_exchange& words, int rounds, std::chrono::nanoseconds limit) {
    const std::uint64_t base = words.reply.load(std::memory_order_relaxed);
    for (int round = 1; round <= rounds; ++round) {
        const std::uint64_t number = base + static_cast<std::uint64_t>(round);
        await(words.request, number, limit);
        words.remote_ticks = clock_now();
        words.reply.store(number, std::memory_order_release);
    }
}

}  // namespace railgauge
