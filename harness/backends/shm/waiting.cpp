#include "harness/backends/shm/waiting.hpp"

#include <linux/futex.h>
#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <ctime>

namespace railgauge::shm {

namespace {

std::uint32_t* word_of(doorbell& bell) noexcept {
    return reinterpret_cast<std::uint32_t*>(&bell.sleeping);
}

}  // namespace

void wake(doorbell& bell) noexcept {
    bell.sleeping.store(0, std::memory_order_seq_cst);
    ::syscall(SYS_futex, word_of(bell), FUTEX_WAKE, 1, nullptr, nullptr, 0);
}

wait_policy wait_policy::for_ranks(int ranks, int cores) noexcept {
    if (ranks <= cores) {
        // Few yields: where something else runs on the core, newer schedulers take a yielding
        // process's whole share away, so that many yields cost it far more than a sleep.
        return {.spins = 2000, .yields = 100, .sleep_ns = 200'000};
    }
    return {.spins = 16, .yields = 6, .sleep_ns = 100'000};
}

slow_wait::~slow_wait() {
    if (announced_) {
        bell_.sleeping.store(0, std::memory_order_relaxed);
    }
}

void slow_wait::step() noexcept {
    if (steps_ < policy_.yields) {
        ++steps_;
        ::sched_yield();
        return;
    }
    sleep();
}

void slow_wait::sleep() noexcept {
    // The flag is set one step before the sleep, so that the caller polls once in between; a store
    // that comes later finds the flag.
    if (!announced_ || bell_.sleeping.load(std::memory_order_relaxed) == 0) {
        bell_.sleeping.store(1, std::memory_order_seq_cst);
        announced_ = true;
        return;
    }
    const timespec limit{.tv_sec = 0, .tv_nsec = static_cast<long>(policy_.sleep_ns)};
    ::syscall(SYS_futex, word_of(bell_), FUTEX_WAIT, 1, &limit, nullptr, 0);
}

}  // namespace railgauge::shm
