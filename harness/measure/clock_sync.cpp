#include "harness/measure/clock_sync.hpp"

#include <algorithm>
#include <memory>
#include <new>

#include "harness/base/clock_envelope.hpp"
#include "harness/base/shared_segment.hpp"

namespace railgauge {
namespace {

constexpr int exchange_rounds = 100;

}  // namespace

clock_calibration agree_on_clock(world& group) {
    clock_calibration clock;
    if (group.rank() == 0) clock = calibrate_clock();
    broadcast_value(group, clock);
    return clock;
}

namespace {

// Of the ranks of one host, against the first of them.
double residual_here_ticks(world& group) {
    if (group.size() == 1) return 0;
    shared_segment words;
    segment_handle handle;
    if (group.rank() == 0) {
        words = shared_segment::create("railgauge-clock", sizeof(clock_exchange));
        new (words.data()) clock_exchange;
        handle = words.handle();
    }
    broadcast_value(group, handle);
    if (group.rank() != 0) words = shared_segment::open(handle);
    auto& exchange = *std::launder(reinterpret_cast<clock_exchange*>(words.data()));
    double worst_ticks = 0;
    for (int other = 1; other < group.size(); ++other) {
        if (group.rank() == 0) {
            const clock_envelope found = ask_clock(exchange, exchange_rounds);
            // Contradicting bounds have no width, only an offset: that is then the residual.
            worst_ticks = std::max(worst_ticks, found.residual());
        } else if (group.rank() == other) {
            answer_clock(exchange, exchange_rounds);
        }
        group.barrier();
    }
    return worst_ticks;
}

}  // namespace

double clock_residual_us(world& group, const clock_calibration& clock) {
    double worst_ticks = 0;
    if (group.hosts() == 1) {
        worst_ticks = residual_here_ticks(group);
    } else {
        const std::unique_ptr<world> here = group.split(group.host(), group.rank());
        worst_ticks = residual_here_ticks(*here);
        std::int32_t owner = 0;
        group.reduce_max(std::span(&worst_ticks, 1), std::span(&owner, 1));
    }
    return group.rank() == 0 ? worst_ticks * clock.ns_per_tick / 1e3 : 0;
}

}  // namespace railgauge
