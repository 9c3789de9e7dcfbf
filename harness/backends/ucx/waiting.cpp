#include "harness/backends/ucx/waiting.hpp"

#include <algorithm>

#include "harness/launch/board.hpp"

namespace railgauge::ucx {
namespace {

constexpr std::uint32_t spins_alone = 32;
constexpr std::uint32_t spins_crowded = 16;
/// Alone on its core, a rank does not even look whether others want it for so long.
constexpr std::int64_t poll_ns = 20'000;
/// A context switch to another program and back takes longer; a yield to nobody does not.
constexpr std::int64_t long_yield_ns = 800;
/// Before a rank that shares its core sleeps.
constexpr std::uint32_t yields_before_sleep = 6;
constexpr int most_shared = 64;
constexpr int shared_mark = 32;

}  // namespace

waiting::waiting(bool crowded) noexcept
    : crowded_(crowded), spins_(crowded ? spins_crowded : spins_alone) {}

waiting::step waiting::next(std::uint32_t count) noexcept {
    const bool sharing = crowded_ || shared_ >= shared_mark;
    if (sharing) {
        return count <= yields_before_sleep ? step::yield : step::sleep;
    }
    if (count == 1) {
        idle_since_ns_ = monotonic_ns();
    }
    return monotonic_ns() - idle_since_ns_ < poll_ns ? step::poll : step::yield;
}

void waiting::yielded(std::int64_t ns) noexcept {
    least_ns_ = std::min(least_ns_, ns);
    shared_ += ns > 2 * least_ns_ + long_yield_ns ? 1 : -1;
    shared_ = std::clamp(shared_, 0, most_shared);
}

}  // namespace railgauge::ucx
