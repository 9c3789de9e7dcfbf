#include "harness/measure/point_sampler.hpp"

#include <algorithm>
#include <cmath>

#include "harness/stats/median_interval.hpp"
#include "harness/stats/quantile.hpp"

namespace railgauge {
namespace {

constexpr double first_slack_s = 1e-6;
constexpr double first_lead_s = 30e-6;
constexpr double most_lead_s = 5e-3;  // beyond it, ranks wait for a core, not for the order
constexpr double slack_growth = 1.5;  // as mpix-harmonize does
constexpr double slack_decay = 0.8;   // of a batch without late samples: disturbances pass
constexpr double slack_share = 0.1;
constexpr double hopeless_slack_s = 200e-6;  // beyond it, ranks are descheduled, not slow
constexpr double batch_s = 10e-3;
constexpr double pilot_s = 1e-3;
constexpr double streamed_sample_s = 100e-6;  // long beside the clock's and the start's error
constexpr std::uint32_t most_samples = 4096;  // in a batch
constexpr std::uint32_t most_operations = 100'000;
constexpr std::size_t least_samples = 30;  // before precision is believed
constexpr double least_share_of_budget = 0.1;
constexpr double warm_up_share = 0.25;  // of the budget, at most
constexpr double settled_change = 0.05;

}  // namespace

std::string_view name_of(stop_reason reason) noexcept {
    switch (reason) {
        case stop_reason::precision: return "precision";
        case stop_reason::budget: return "budget";
        case stop_reason::iterations: return "iterations";
        case stop_reason::interrupted: return "interrupted";
    }
    return "unknown";
}

point_sampler::point_sampler(world& group, const clock_calibration& clock)
    : world_(group), clock_(clock), runner_(group, clock.ns_per_tick), clocks_(group, clock) {
    slack_ticks_ = ticks_of(first_slack_s);
    lead_ticks_ = ticks_of(first_lead_s);
}

sampled_point point_sampler::sample(operation& what, const sampling_request& request) {
    sampled_point result;
    if (!clocks_.began()) {
        clocks_.relate(runner_);
        lead_ticks_ = least_lead_ticks();
    }
    if (world_.rank() == 0) {
        lead(what, request, result);
    } else {
        follow(what, request, result);
    }
    return result;
}

void point_sampler::lead(operation& what, const sampling_request& request, sampled_point& into) {
    pace_ = {};
    // What made ranks late may have been this operation, or another program: try the clock again.
    start_ = start_kind::clock;
    may_change_start_ = true;
    slack_ticks_ = least_slack_ticks();
    point_residual_ticks_ = 0;
    find_pace(what, request, into);
    warm_up(what, request, into);
    world_.enter(phase::sampling, request.point);
    collect(what, request, into);
    into.operations = pace_.operations;
    into.start = pace_.start;
    into.residual_ticks = point_residual_ticks_;
    batch_order enough{.stop_reason = static_cast<std::uint32_t>(into.reason)};
    broadcast_value(world_, enough);
}

// A batch may be as long as the user asked for; only what comes on top is a rank that stays away.
void point_sampler::allow_time_for(const batch_order& order, const sampling_request& request) {
    const double expected_ns = clock_.ns(order.period_ticks) * static_cast<double>(order.samples);
    world_.set_deadline(request.deadline +
                        std::chrono::nanoseconds(static_cast<std::int64_t>(expected_ns)));
}

void point_sampler::follow(operation& what, const sampling_request& request, sampled_point& into) {
    while (true) {
        batch_order order;
        broadcast_value(world_, order);
        if (order.relate != 0) {
            clocks_.relate(runner_);
            continue;
        }
        if (order.samples == 0) {
            into.reason = static_cast<stop_reason>(order.stop_reason);
            return;
        }
        allow_time_for(order, request);
        runner_.run(what, order);
        world_.heartbeat();
    }
}

const batch_result& point_sampler::run_batch(operation& what, const sampling_request& request,
                                             std::uint32_t samples) {
    keep_clocks_related();
    batch_order order;
    order.samples = samples;
    order.operations = pace_.operations;
    order.start = start_;
    order.period_ticks = static_cast<std::uint64_t>(period_ticks());
    const std::uint64_t begin = clock_now();
    order.start_ticks = begin + static_cast<std::uint64_t>(lead_ticks_);
    broadcast_value(world_, order);
    allow_time_for(order, request);
    const batch_result& result = runner_.run(what, order);
    world_.heartbeat();
    point_residual_ticks_ = std::max(point_residual_ticks_, clocks_.residual_ticks());
    pace_.wall_ticks = static_cast<double>(clock_now() - begin) / samples;
    pace_.start = order.start;
    learn(result, samples);
    return result;
}

// Late ranks make the slack grow; where it does not help, the ranks outnumber the cores.
void point_sampler::learn(const batch_result& result, std::uint32_t samples) {
    if (!result.ticks.empty()) {
        scratch_ = result.ticks;
        const auto middle = scratch_.begin() + static_cast<std::ptrdiff_t>(scratch_.size() / 2);
        std::nth_element(scratch_.begin(), middle, scratch_.end());
        pace_.median_ticks = *middle * pace_.operations;
        const auto slow = scratch_.begin() + static_cast<std::ptrdiff_t>(scratch_.size() * 9 / 10);
        std::nth_element(middle, slow, scratch_.end());
        pace_.p90_ticks = *slow * pace_.operations;
    }
    if (start_ == start_kind::barrier) return;
    const double hopeless =
        std::max(ticks_of(hopeless_slack_s) + 2 * least_slack_ticks(), 2 * pace_.median_ticks);
    lead_ticks_ = result.first_late
                      ? std::min(lead_ticks_ * slack_growth, 2 * ticks_of(most_lead_s))
                      : std::max(lead_ticks_ * slack_decay, least_lead_ticks());
    const std::uint32_t later = result.late - (result.first_late ? 1 : 0);
    // A share of the sample too, since a sample that is longer than its slot makes all that follow
    // it late, and then nothing is learnt about its length.
    if (later * 20 > samples) {
        slack_ticks_ =
            std::min(slack_ticks_ * slack_growth + slack_share * pace_.median_ticks, 2 * hopeless);
    } else if (later == 0) {
        slack_ticks_ = std::max(slack_ticks_ * slack_decay, least_slack_ticks());
    }
    const bool mostly_late = samples > 1 && result.late * 2 > samples;
    const bool give_up =
        (mostly_late && slack_ticks_ > hopeless) || lead_ticks_ > ticks_of(most_lead_s);
    if (give_up && may_change_start_) {
        start_ = start_kind::barrier;
        slack_ticks_ = least_slack_ticks();
        lead_ticks_ = least_lead_ticks();
    }
}

void point_sampler::keep_clocks_related() {
    if (!clocks_.due()) return;
    batch_order order{.relate = 1};
    broadcast_value(world_, order);
    clocks_.relate(runner_);
}

// One host may begin that much too early, and another end that much too late.
double point_sampler::least_slack_ticks() const {
    return ticks_of(first_slack_s) + 2 * clocks_.residual_ticks();
}

double point_sampler::least_lead_ticks() const {
    return std::max(ticks_of(first_lead_s), clocks_.order_ticks()) + clocks_.residual_ticks();
}

// Single samples first, since nothing is known; then enough of them for a median.
void point_sampler::find_pace(operation& what, const sampling_request& request,
                              sampled_point& into) {
    std::uint32_t samples = 1;
    for (int round = 0; round < 64; ++round) {
        const batch_result& result = run_batch(what, request, samples);
        into.warm_up += static_cast<std::uint64_t>(samples) * pace_.operations;
        if (result.ticks.empty()) continue;
        // One long sample may be a rank that lost its core: more than one is asked, where it is
        // cheap.
        const double taken = pace_.median_ticks * samples;
        if (samples >= 8 || (samples >= 4 && taken > ticks_of(pilot_s)) ||
            pace_.median_ticks > ticks_of(batch_s)) {
            break;
        }
        samples *= 2;
    }
    if (request.timing != timing_kind::streamed) return;
    const double wanted =
        request.stop.iterations != 0
            ? static_cast<double>(request.stop.iterations)
            : std::ceil(ticks_of(streamed_sample_s) / std::max(1.0, pace_.median_ticks));
    pace_.operations =
        static_cast<std::uint32_t>(std::clamp(wanted, 1.0, static_cast<double>(most_operations)));
    pace_.median_ticks *= pace_.operations;
    pace_.p90_ticks = 0;
    pace_.wall_ticks = 0;
}

// Settled: a batch's median is within a few percent of the one before.
void point_sampler::warm_up(operation& what, const sampling_request& request, sampled_point& into) {
    if (request.stop.warm_up) {
        std::uint64_t left = (*request.stop.warm_up + pace_.operations - 1) / pace_.operations;
        while (left > 0 && !world_.interrupted()) {
            const auto samples = static_cast<std::uint32_t>(
                std::min<std::uint64_t>(left, samples_in(ticks_of(batch_s))));
            run_batch(what, request, samples);
            into.warm_up += static_cast<std::uint64_t>(samples) * pace_.operations;
            left -= samples;
        }
        return;
    }
    const double budget = ticks_of(request.stop.budget_s * warm_up_share);
    const std::uint64_t begin = clock_now();
    double before = pace_.median_ticks;
    for (int settled = 0; (settled < 2 || request.whole_budget) && !world_.interrupted();) {
        if (static_cast<double>(clock_now() - begin) > budget) return;
        const std::uint32_t samples = samples_in(std::min(budget / 8, ticks_of(batch_s)));
        run_batch(what, request, samples);
        into.warm_up += static_cast<std::uint64_t>(samples) * pace_.operations;
        const double now = pace_.median_ticks;
        settled = std::abs(now - before) <= settled_change * before ? settled + 1 : 0;
        before = now;
    }
}

void point_sampler::collect(operation& what, const sampling_request& request, sampled_point& into) {
    const bool counted = request.stop.iterations != 0 && request.timing == timing_kind::isolated;
    const std::uint64_t wanted = counted ? request.stop.iterations : 0;
    const double budget = ticks_of(request.stop.budget_s);
    const std::uint64_t begin = clock_now();
    std::size_t look_at = least_samples;
    while (true) {
        const double spent = static_cast<double>(clock_now() - begin);
        double part = std::min(ticks_of(batch_s), std::max(budget / 8, 1.0));
        if (!counted) part = std::min(part, std::max(budget - spent, 1.0));
        std::uint32_t samples = samples_in(part);
        if (counted) {
            samples = static_cast<std::uint32_t>(
                std::min<std::uint64_t>(samples, wanted - into.ticks.size()));
        }
        // Samples of one point have one definition: once there are some, the start stays.
        const start_kind began = start_;
        may_change_start_ = into.ticks.empty();
        const batch_result& result = run_batch(what, request, samples);
        if (start_ != began) {
            // None of them counts, so they came before the first sample.
            into.warm_up += static_cast<std::uint64_t>(samples) * pace_.operations;
            continue;
        }
        into.ticks.insert(into.ticks.end(), result.ticks.begin(), result.ticks.end());
        into.last.insert(into.last.end(), result.last.begin(), result.last.end());
        into.late += result.late;
        into.uncovered += result.uncovered;

        into.reason = stop_reason::interrupted;
        if (world_.interrupted() && !into.ticks.empty()) return;
        into.reason = stop_reason::iterations;
        if (counted) {
            if (into.ticks.size() >= wanted) return;
            continue;
        }
        const double now = static_cast<double>(clock_now() - begin);
        into.reason = stop_reason::precision;
        const bool may_be_enough = into.ticks.size() >= look_at && !request.whole_budget;
        if (may_be_enough && now > budget * least_share_of_budget) {
            if (precise_enough(into, request.stop.precision)) return;
            look_at = into.ticks.size() + into.ticks.size() / 5;
        }
        into.reason = stop_reason::budget;
        if (now >= budget && !into.ticks.empty()) return;
    }
}

bool point_sampler::precise_enough(const sampled_point& so_far, double precision) {
    scratch_ = so_far.ticks;
    const auto width = stats::estimate_median_in_place(scratch_).relative_half_width();
    return width && *width <= precision;
}

double point_sampler::period_ticks() const {
    return std::max(pace_.p90_ticks, pace_.median_ticks) * 1.1 + slack_ticks_;
}

// A batch has to end soon, whatever it is made of: between batches ranks show that they live.
std::uint32_t point_sampler::samples_in(double ticks) const {
    const double planned = start_ == start_kind::clock ? period_ticks() : pace_.median_ticks * 1.1;
    const double each = std::max({1.0, planned, pace_.wall_ticks});
    return static_cast<std::uint32_t>(
        std::clamp(ticks / each, 1.0, static_cast<double>(most_samples)));
}

double point_sampler::ticks_of(double seconds) const {
    return seconds * 1e9 / clock_.ns_per_tick;
}

}  // namespace railgauge
