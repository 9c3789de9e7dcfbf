// The clock that times everything on the host: one counter that all processes of a host share, read
// in a few nanoseconds.
//
// On x86 it is the time stamp counter where the processor says that it runs at one rate in all
// power states and the kernel has not found it unstable; on aarch64 the generic timer; elsewhere
// CLOCK_MONOTONIC. Ticks are the unit that ranks of one host exchange. Rank 0 measures their length
// once and broadcasts it, so that all ranks convert alike.
#pragma once

#include <time.h>

#include <chrono>
#include <cstdint>
#include <string>

#if defined(__x86_64__)
#include <x86intrin.h>
#endif

namespace railgauge {

namespace detail {
/// Decided once, before main; the same in all processes of a host.
extern const bool clock_is_counter;

[[nodiscard]] inline std::uint64_t monotonic_ns() noexcept {
    timespec now{};
    clock_gettime(CLOCK_MONOTONIC, &now);
    return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000'000u +
           static_cast<std::uint64_t>(now.tv_nsec);
}
}  // namespace detail

/// The time in ticks. The reading waits for the instructions before it (RDTSCP; ISB before
/// CNTVCT_EL0), so that the end of an interval does not move into the work that it ends.
[[nodiscard]] inline std::uint64_t clock_now() noexcept {
#if defined(__x86_64__)
    if (detail::clock_is_counter) [[likely]] {
        unsigned processor;
        const std::uint64_t ticks = __rdtscp(&processor);
        asm volatile("" ::: "memory");  // the compiler moves nothing across the reading
        return ticks;
    }
#elif defined(__aarch64__)
    if (detail::clock_is_counter) [[likely]] {
        std::uint64_t ticks;
        asm volatile("isb\n\tmrs %0, cntvct_el0" : "=r"(ticks) : : "memory");
        return ticks;
    }
#endif
    return detail::monotonic_ns();
}

/// Trivially copyable, so that it can be broadcast.
struct clock_calibration {
    bool counter = false;       ///< ticks of the processor's counter, not nanoseconds
    double ns_per_tick = 1;     ///< 1 exactly without a counter
    double relative_error = 0;  ///< bound of ns_per_tick's error, from the readings' brackets
    double reading_ns = 0;      ///< what one clock_now() costs: median of back-to-back readings

    [[nodiscard]] double ns(std::uint64_t ticks) const noexcept {
        return static_cast<double>(ticks) * ns_per_tick;
    }
    /// Ticks that last at least `time`.
    [[nodiscard]] std::uint64_t ticks(std::chrono::nanoseconds time) const noexcept;
};

/// Measures the tick against CLOCK_MONOTONIC_RAW over `length` (the error falls with it: about
/// 100 ns / length). Takes that long, asleep.
[[nodiscard]] clock_calibration calibrate_clock(
    std::chrono::nanoseconds length = std::chrono::milliseconds(20));

/// "tsc", "cntvct" or "clock_gettime", for the record.
[[nodiscard]] std::string clock_name();

}  // namespace railgauge
