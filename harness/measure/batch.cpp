#include "harness/measure/batch.hpp"

#include <limits>

namespace railgauge {
namespace {

constexpr double late_mark = std::numeric_limits<double>::infinity();

// The loops that are timed. Nothing in them but the operation, the clock and one store.

// `start` and `period` in this host's ticks, and so are the durations.
void timed_from_clock(operation& what, const batch_order& order, std::uint64_t start, double period,
                      double* durations) {
    for (std::uint32_t i = 0; i < order.samples; ++i) {
        const std::uint64_t target = start + static_cast<std::uint64_t>(period * i);
        std::uint64_t now = clock_now();
        const bool late = now > target;
        while (now < target) now = clock_now();
        for (std::uint32_t k = 0; k < order.operations; ++k) what.execute();
        const std::uint64_t end = clock_now();
        durations[i] = late ? late_mark : static_cast<double>(end - target);
    }
}

}  // namespace

const batch_result& batch_runner::run(operation& what, const batch_order& order) {
    result_.ticks.clear();
    result_.last.clear();
    result_.late = 0;
    result_.first_late = false;
    result_.uncovered = 0;
    ends_.resize(order.samples);
    owners_.resize(order.samples);
    if (held_run* held = what.held()) {
        run_held(*held, order);
    } else if (order.start == start_kind::clock) {
        run_from_clock(what, order);
    } else {
        run_from_barrier(what, order);
    }
    return result_;
}

void batch_runner::run_from_clock(operation& what, const batch_order& order) {
    timed_from_clock(what, order, relation_.to_local(order.start_ticks),
                     static_cast<double>(order.period_ticks) / relation_.ratio, ends_.data());
    for (double& end : ends_) end *= relation_.ratio;
    keep_longest(order.operations);
}

// From ends_, one duration for each sample, on every rank.
void batch_runner::keep_longest(std::uint32_t operations) {
    world_.reduce_max(ends_, owners_);
    if (world_.rank() != 0) return;
    for (std::size_t i = 0; i < ends_.size(); ++i) {
        if (ends_[i] == late_mark) {
            ++result_.late;
            if (i == 0) result_.first_late = true;
            continue;
        }
        result_.ticks.push_back(ends_[i] / operations);
        result_.last.push_back(owners_[i]);
    }
}

// Launching takes its time between two samples: a rank that is not armed when the moment comes is
// late, as elsewhere, and lets go at once, since the others wait for it in the operation.
void batch_runner::run_held(held_run& what, const batch_order& order) {
    const std::uint64_t start = relation_.to_local(order.start_ticks);
    const double period = static_cast<double>(order.period_ticks) / relation_.ratio;
    uncovered_.assign(order.samples, 0);
    for (std::uint32_t i = 0; i < order.samples; ++i) {
        what.arm(order.operations);
        bool late = false;
        if (order.start == start_kind::clock) {
            const std::uint64_t target = start + static_cast<std::uint64_t>(period * i);
            late = clock_now() > target;
            while (clock_now() < target) {
            }
        } else {
            world_.barrier();
        }
        what.release();
        const double ns = what.finish_ns();
        ends_[i] = late ? late_mark : ns / ns_per_tick_ * relation_.ratio;
        if (!what.load_covered().value_or(true)) uncovered_[i] = 1;
    }
    keep_longest(order.operations);
    if (what.load_covered()) count_uncovered();
}

// After keep_longest, from which rank 0 knows what was late anywhere.
void batch_runner::count_uncovered() {
    world_.reduce_max(uncovered_, owners_);
    if (world_.rank() != 0) return;
    for (std::size_t i = 0; i < ends_.size(); ++i) {
        if (ends_[i] != late_mark && uncovered_[i] > 0) ++result_.uncovered;
    }
}

void batch_runner::run_from_barrier(operation& what, const batch_order& order) {
    starts_.resize(order.samples);
    const std::uint64_t base = relation_.to_local(order.start_ticks);
    for (std::uint32_t i = 0; i < order.samples; ++i) {
        world_.barrier();
        const std::uint64_t start = clock_now();
        for (std::uint32_t k = 0; k < order.operations; ++k) what.execute();
        const std::uint64_t end = clock_now();
        // Negated, so that the maximum over ranks is the first start.
        starts_[i] =
            -static_cast<double>(static_cast<std::int64_t>(start - base)) * relation_.ratio;
        ends_[i] = static_cast<double>(static_cast<std::int64_t>(end - base)) * relation_.ratio;
    }
    world_.reduce_max(starts_, owners_);
    world_.reduce_max(ends_, owners_);
    if (world_.rank() != 0) return;
    for (std::uint32_t i = 0; i < order.samples; ++i) {
        result_.ticks.push_back((ends_[i] + starts_[i]) / order.operations);
        result_.last.push_back(owners_[i]);
    }
}

}  // namespace railgauge
