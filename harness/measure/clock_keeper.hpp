// Keeps the clocks of a job's hosts related: anew where they may have drifted apart by more than
// was uncertain anyway. On one host there is one clock, and nothing to do.
#pragma once

#include <cstdint>

#include "harness/measure/batch.hpp"

namespace railgauge {

class clock_keeper {
public:
    /// `group` outlives it.
    clock_keeper(world& group, const clock_calibration& clock) : world_(group), clock_(clock) {}

    /// Whether the clocks were ever related, or are one.
    [[nodiscard]] bool began() const noexcept;
    /// Whether `relate` is due again; asked at rank 0.
    [[nodiscard]] bool due() const;

    /// Collective: relates the clocks and gives `runner` the relation. The first time also measures
    /// how long an order is on its way: at most as long as a barrier of the World takes.
    void relate(batch_runner& runner);

    // At rank 0, in ticks:
    /// How far apart any two hosts' readings of the job's clock may be now; 0 on one host.
    [[nodiscard]] double residual_ticks() const;
    /// That an order takes to reach the other hosts; 0 until it is known, and on one host.
    [[nodiscard]] double order_ticks() const noexcept { return order_ticks_; }

private:
    [[nodiscard]] double ticks_of(double seconds) const;

    world& world_;
    clock_calibration clock_;
    bool related_ = false;
    std::uint64_t related_at_ = 0;
    double worst_error_ticks_ = 0;  ///< then
    double worst_drift_ = 0;        ///< and since, relative
    double order_ticks_ = 0;
};

}  // namespace railgauge
