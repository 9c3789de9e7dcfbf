// How a rank waits for another one: spin, then yield, then sleep.
//
// A waiting rank may wait for ever (the World's monitor ends it) and may be killed at any time;
// nothing here allocates.
#pragma once

#include <atomic>
#include <cstdint>

#include "harness/base/cpu.hpp"

namespace railgauge::shm {

/// A rank's bell, in shared memory: others ring it after a store that the rank may be waiting for.
struct alignas(64) doorbell {
    std::atomic<std::uint32_t> sleeping{0};
};

/// Wakes the owner if it sleeps. There is no fence between the caller's store and the look at the
/// flag, so a wake-up may be missed; the sleeper's short time-out makes up for it, which costs the
/// common case nothing.
void wake(doorbell& bell) noexcept;
inline void ring(doorbell& bell) noexcept {
    if (bell.sleeping.load(std::memory_order_relaxed) != 0) [[unlikely]] {
        wake(bell);
    }
}

/// How long to stay in each stage.
struct wait_policy {
    std::uint32_t spins = 0;
    std::uint32_t yields = 0;
    std::uint32_t sleep_ns = 0;  ///< time-out of one sleep

    /// With a core for each rank, waiting costs nobody anything, so it spins for long; where ranks
    /// outnumber cores, the one waited for may need this very core, so it yields almost at once.
    /// `cores`: those that any of the ranks may run on.
    [[nodiscard]] static wait_policy for_ranks(int ranks, int cores) noexcept;
};

/// One step of waiting after the first polls failed: yields or sleeps.
class slow_wait {
public:
    slow_wait(const wait_policy& policy, doorbell& mine) noexcept : policy_(policy), bell_(mine) {}
    ~slow_wait();
    slow_wait(const slow_wait&) = delete;
    slow_wait& operator=(const slow_wait&) = delete;

    void step() noexcept;

private:
    void sleep() noexcept;

    const wait_policy& policy_;
    doorbell& bell_;
    std::uint32_t steps_ = 0;
    bool announced_ = false;
};

/// Returns once `arrived()` is true. `mine` is the caller's own bell.
template <typename Predicate>
inline void wait_until(const wait_policy& policy, doorbell& mine, Predicate&& arrived) noexcept {
    for (std::uint32_t i = 0; i < policy.spins; ++i) {
        if (arrived()) [[likely]] {
            return;
        }
        cpu_relax();
    }
    slow_wait waiting(policy, mine);
    while (!arrived()) {
        waiting.step();
    }
}

}  // namespace railgauge::shm
