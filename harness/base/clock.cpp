#include "harness/base/clock.hpp"

#if defined(__x86_64__)
#include <cpuid.h>
#endif

#include <algorithm>
#include <array>
#include <cmath>
#include <fstream>
#include <limits>

#include "harness/base/error.hpp"

namespace railgauge {
namespace {

#if defined(__x86_64__)
/// The kernel takes "tsc" off this list for good when it catches the counters of two processors
/// apart, or the rate changing. A host that hides the list leaves the processor's word.
bool kernel_trusts_counter() {
    std::ifstream list("/sys/devices/system/clocksource/clocksource0/available_clocksource");
    if (!list) return true;
    for (std::string name; list >> name;) {
        if (name == "tsc") return true;
    }
    return false;
}

/// Intel SDM vol. 2, CPUID and AMD APM vol. 3, appendix E: 8000_0007h EDX bit 8 is the invariant
/// counter, 8000_0001h EDX bit 27 is RDTSCP.
bool counter_is_usable() {
    unsigned a = 0;
    unsigned b = 0;
    unsigned c = 0;
    unsigned d = 0;
    if (__get_cpuid(0x80000001u, &a, &b, &c, &d) == 0 || (d >> 27 & 1u) == 0) return false;
    if (__get_cpuid(0x80000007u, &a, &b, &c, &d) == 0 || (d >> 8 & 1u) == 0) return false;
    return kernel_trusts_counter();
}
#elif defined(__aarch64__)
/// The architecture fixes the generic timer's rate and has all processors share it.
bool counter_is_usable() {
    return true;
}
#else
bool counter_is_usable() {
    return false;
}
#endif

std::uint64_t raw_ns() {
    timespec now{};
    if (clock_gettime(CLOCK_MONOTONIC_RAW, &now) != 0) {
        throw system_error("clock_gettime(CLOCK_MONOTONIC_RAW)", errno);
    }
    return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000'000u +
           static_cast<std::uint64_t>(now.tv_nsec);
}

/// A reading of the kernel's clock between two of ours.
struct bracket {
    std::uint64_t middle_ticks = 0;
    std::uint64_t width_ticks = std::numeric_limits<std::uint64_t>::max();
    std::uint64_t kernel_ns = 0;
};

/// The tightest of several: a wide one was interrupted.
bracket tightest_bracket() {
    bracket best;
    for (int attempt = 0; attempt < 32; ++attempt) {
        const std::uint64_t before = clock_now();
        const std::uint64_t kernel = raw_ns();
        const std::uint64_t width = clock_now() - before;
        if (width < best.width_ticks) best = {before + width / 2, width, kernel};
    }
    return best;
}

double median_reading_ticks() {
    constexpr int readings = 64;
    std::array<double, 31> costs{};
    for (double& cost : costs) {
        const std::uint64_t begin = clock_now();
        for (int i = 1; i < readings; ++i) static_cast<void>(clock_now());
        cost = static_cast<double>(clock_now() - begin) / readings;
    }
    std::nth_element(costs.begin(), costs.begin() + costs.size() / 2, costs.end());
    return costs[costs.size() / 2];
}

}  // namespace

namespace detail {
const bool clock_is_counter = counter_is_usable();
}  // namespace detail

std::uint64_t clock_calibration::ticks(std::chrono::nanoseconds time) const noexcept {
    return static_cast<std::uint64_t>(
        std::ceil(static_cast<double>(std::max<std::int64_t>(time.count(), 0)) / ns_per_tick));
}

clock_calibration calibrate_clock(std::chrono::nanoseconds length) {
    clock_calibration result;
    result.counter = detail::clock_is_counter;
    if (result.counter) {
        const bracket begin = tightest_bracket();
        const auto length_ns = std::max<std::int64_t>(length.count(), 1'000'000);
        timespec rest{static_cast<time_t>(length_ns / 1'000'000'000),
                      static_cast<long>(length_ns % 1'000'000'000)};
        while (nanosleep(&rest, &rest) != 0 && errno == EINTR) {
        }
        const bracket end = tightest_bracket();
        const auto ticks = static_cast<double>(end.middle_ticks - begin.middle_ticks);
        if (!(ticks > 0) || end.kernel_ns <= begin.kernel_ns) {
            throw capability_error(
                "the processor's counter did not advance while the kernel's clock did; it cannot "
                "time anything here");
        }
        result.ns_per_tick = static_cast<double>(end.kernel_ns - begin.kernel_ns) / ticks;
        result.relative_error =
            static_cast<double>(begin.width_ticks + end.width_ticks) / 2 / ticks;
    }
    result.reading_ns = median_reading_ticks() * result.ns_per_tick;
    return result;
}

std::string clock_name() {
    if (!detail::clock_is_counter) return "clock_gettime";
#if defined(__aarch64__)
    return "cntvct";
#else
    return "tsc";
#endif
}

}  // namespace railgauge
