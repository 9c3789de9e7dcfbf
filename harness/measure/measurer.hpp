// Measures the points of a plan, one after the other: prepare, verify, sample, verify.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "harness/measure/machine_watch.hpp"
#include "harness/measure/plan.hpp"
#include "harness/measure/point_sampler.hpp"
#include "harness/measure/verification.hpp"
#include "harness/record/point_record.hpp"
#include "harness/record/run_header.hpp"

namespace railgauge {

struct measure_options {
    bool verify = true;
    /// How long a rank may stay away beyond the time that a step is expected to take.
    std::chrono::nanoseconds deadline = std::chrono::seconds(10);
    std::int64_t point = -1;  ///< for which the measurer is made, for the monitor; -1: none
};

/// Other groups that measure the same point at the same time.
struct company {
    /// Called once by every rank of the group: between preparing and sampling, or where the point
    /// ends before. Comes back when all groups are there. May be empty.
    std::function<void()> start_together;
    bool at_once = false;  ///< there are others: sampling takes the whole budget
};

/// Everything that stays from point to point in one launch. Collective: every rank makes one and
/// calls measure for the same points.
class measurer {
public:
    /// Calibrates the clock (at rank 0, then broadcast), bounds the clocks' offset and times an
    /// empty operation. `backends` and `benches` outlive it.
    measurer(world& group, std::span<const std::unique_ptr<backend>> backends,
             const bench_list& benches, const measure_options& options);
    ~measurer();
    measurer(const measurer&) = delete;
    measurer& operator=(const measurer&) = delete;

    /// The record is complete at rank 0; on the others only key, status and reason are. Wrong data
    /// make the status `invalid`; what the backend cannot do makes it `skipped`. Throws what the
    /// backend throws.
    [[nodiscard]] point_record measure(const plan& all, const plan_point& point,
                                       const company& others = {});

    /// What making communicators took, of those made since the last call, at rank 0; their launch
    /// and group are left to the caller. Backends whose library does not say have none.
    [[nodiscard]] std::vector<communicator_record> take_made() { return std::exchange(made_, {}); }

    [[nodiscard]] const clock_calibration& clock() const noexcept { return clock_; }
    [[nodiscard]] double clock_residual_us() const noexcept { return residual_us_; }

private:
    struct prepared;
    class meeting_point;

    /// A backend's communicator, made when it is first used, or why there is none.
    struct carrier_entry {
        std::unique_ptr<communicator> carrier;
        std::string reason;
    };

    const carrier_entry& carrier_of(const std::string& name);
    void make_carrier(backend& transport, carrier_entry& entry);
    void note_made(const backend& transport, const communicator& carrier);
    [[nodiscard]] std::string agreed(const std::string& reason);
    point_record measure(const plan& all, const plan_point& point, meeting_point& others);
    point_buffers buffers_for(const plan_point& point, communicator& carrier);
    bool verified(prepared& now, std::uint64_t seed, bool execute_first, point_record& record);
    void time_it(prepared& now, point_record& record);
    void put_circumstances(const prepared& now, const sampled_point& sampled, point_record& record);
    void measure_harness();

    world& world_;
    std::span<const std::unique_ptr<backend>> backends_;
    const bench_list& benches_;
    measure_options options_;
    clock_calibration clock_;
    double residual_us_ = 0;
    double harness_us_ = 0;
    std::unique_ptr<point_sampler> sampler_;
    machine_watch machine_;
    std::map<std::string, carrier_entry> carriers_;
    std::vector<communicator_record> made_;

    /// Buffers serve all sizes of a series.
    const series* buffers_of_ = nullptr;
    std::unique_ptr<memory> input_;
    std::unique_ptr<memory> output_;
};

}  // namespace railgauge
