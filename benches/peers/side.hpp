// One of two contestants: something that takes batches of samples on request.
#pragma once

#include <span>

#include "harness/measure/batch.hpp"

namespace peers {

class side {
public:
    virtual ~side() = default;
    side() = default;
    side(const side&) = delete;
    side& operator=(const side&) = delete;

    /// Collective: executes the order and returns, at rank 0, the samples that count, in ticks of
    /// one operation.
    virtual std::span<const double> run(const railgauge::batch_order& order) = 0;
};

/// An operation of railgauge, timed by railgauge.
class harness_side final : public side {
public:
    harness_side(railgauge::world& group, railgauge::operation& what)
        : runner_(group), what_(what) {}

    std::span<const double> run(const railgauge::batch_order& order) override {
        return runner_.run(what_, order).ticks;
    }

private:
    railgauge::batch_runner runner_;
    railgauge::operation& what_;
};

}  // namespace peers
