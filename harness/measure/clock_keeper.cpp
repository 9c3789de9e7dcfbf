#include "harness/measure/clock_keeper.hpp"

#include <algorithm>
#include <vector>

#include "harness/stats/quantile.hpp"

namespace railgauge {

namespace {

constexpr double oldest_relation_s = 1;
constexpr double no_matter_s = 1e-6;  // that the clocks may have drifted apart since
constexpr int barriers_timed = 5;

}  // namespace

bool clock_keeper::began() const noexcept {
    return related_ || world_.hosts() == 1;
}

// Often at first, seldom once the clocks' rates are known.
bool clock_keeper::due() const {
    if (world_.hosts() == 1) return false;
    const double age = static_cast<double>(clock_now() - related_at_);
    const double allowed = std::max(worst_error_ticks_, ticks_of(no_matter_s));
    return !related_ || age >= ticks_of(oldest_relation_s) || worst_drift_ * age >= allowed;
}

void clock_keeper::relate(batch_runner& runner) {
    const clock_relation relation = world_.relate_clock();
    runner.set_relation(relation);
    double worst[] = {relation.error_ticks, relation.drift};
    std::int32_t owners[2];
    world_.reduce_max(worst, owners);
    worst_error_ticks_ = worst[0];
    worst_drift_ = worst[1];
    related_at_ = clock_now();
    if (related_) return;
    related_ = true;
    std::vector<double> barriers;
    for (int round = 0; round < barriers_timed; ++round) {
        const std::uint64_t begin = clock_now();
        world_.barrier();
        barriers.push_back(static_cast<double>(clock_now() - begin));
    }
    order_ticks_ = stats::median(barriers);
}

double clock_keeper::residual_ticks() const {
    if (world_.hosts() == 1) return 0;
    return worst_error_ticks_ + worst_drift_ * static_cast<double>(clock_now() - related_at_);
}

double clock_keeper::ticks_of(double seconds) const {
    return seconds * 1e9 / clock_.ns_per_tick;
}

}  // namespace railgauge
