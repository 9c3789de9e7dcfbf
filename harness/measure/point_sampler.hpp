// Takes the samples of one point: finds the pace, warms up until the times have settled, and goes
// on until the median's interval is as narrow as asked or the budget is spent. Rank 0 decides; the
// others follow the orders that it broadcasts.
#pragma once

#include <chrono>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "harness/measure/batch.hpp"
#include "harness/measure/clock_keeper.hpp"
#include "harness/measure/suite.hpp"

namespace railgauge {

enum class stop_reason : std::uint32_t { precision, budget, iterations, interrupted };
[[nodiscard]] std::string_view name_of(stop_reason reason) noexcept;

struct sampling_request {
    timing_kind timing = timing_kind::isolated;
    stopping stop;
    /// Go on for the whole budget, however precise: other groups measure at the same time, and each
    /// is to be measured beside the others until the end.
    bool whole_budget = false;
    std::int64_t point = -1;  ///< in the plan, for the monitor's words; -1: none
    /// How long a rank may stay away beyond the time that a batch is expected to take.
    std::chrono::nanoseconds deadline = std::chrono::seconds(10);
};

/// Complete at rank 0; elsewhere only `reason` is.
struct sampled_point {
    std::vector<double> ticks;       ///< a value for each sample, of one operation, in order
    std::vector<std::int32_t> last;  ///< the rank that ended last, beside each
    std::uint64_t operations = 1;    ///< of one sample
    std::uint64_t warm_up = 0;       ///< operations before the first sample
    std::uint64_t late = 0;          ///< samples that did not count
    std::uint64_t uncovered = 0;     ///< samples that outlasted the compute load beside them
    double residual_ticks = 0;       ///< how far the hosts' clocks may have been apart at most
    start_kind start = start_kind::clock;
    stop_reason reason = stop_reason::budget;
};

class point_sampler {
public:
    /// How long an order takes to reach all ranks is kept from point to point.
    point_sampler(world& group, const clock_calibration& clock);

    /// Collective. The operation has been executed at least once before.
    [[nodiscard]] sampled_point sample(operation& what, const sampling_request& request);

private:
    /// How fast to go; known to rank 0 alone.
    struct pace {
        double median_ticks = 0;  ///< of one sample
        double p90_ticks = 0;     ///< of the last batch with enough samples
        std::uint32_t operations = 1;
        double wall_ticks = 0;  ///< that the last batch took for each sample, waiting included
        start_kind start = start_kind::clock;
    };

    void lead(operation& what, const sampling_request& request, sampled_point& into);
    void follow(operation& what, const sampling_request& request, sampled_point& into);
    void allow_time_for(const batch_order& order, const sampling_request& request);
    void find_pace(operation& what, const sampling_request& request, sampled_point& into);
    void warm_up(operation& what, const sampling_request& request, sampled_point& into);
    void collect(operation& what, const sampling_request& request, sampled_point& into);
    void learn(const batch_result& result, std::uint32_t samples);
    void keep_clocks_related();
    [[nodiscard]] double least_slack_ticks() const;
    [[nodiscard]] double least_lead_ticks() const;

    const batch_result& run_batch(operation& what, const sampling_request& request,
                                  std::uint32_t samples);
    [[nodiscard]] std::uint32_t samples_in(double ticks) const;
    [[nodiscard]] double period_ticks() const;
    [[nodiscard]] double ticks_of(double seconds) const;
    [[nodiscard]] bool precise_enough(const sampled_point& so_far, double precision);

    world& world_;
    clock_calibration clock_;
    batch_runner runner_;
    clock_keeper clocks_;
    pace pace_;
    start_kind start_ = start_kind::clock;
    bool may_change_start_ = true;  ///< until the point has a sample
    double slack_ticks_ = 0;        ///< between the slower samples' end and the next start
    double lead_ticks_ = 0;         ///< between the order and the first start
    std::vector<double> scratch_;
    double point_residual_ticks_ = 0;  ///< the worst at rank 0 while it was measured
};

}  // namespace railgauge
