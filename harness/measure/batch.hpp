// A batch: several samples taken without a decision in between. Rank 0 orders it, every rank
// executes it, and rank 0 gets one time a sample: that of the whole group.
#pragma once

#include <cstdint>
#include <vector>

#include "harness/backends/backend.hpp"
#include "harness/base/clock.hpp"
#include "harness/base/clock_relation.hpp"
#include "harness/launch/world.hpp"

namespace railgauge {

/// How the ranks of an isolated sample start together.
enum class start_kind : std::uint32_t {
    clock,    ///< at a common time on the job's clock, which is that of rank 0's host
    barrier,  ///< as they leave a barrier of the World (where ranks outnumber cores)
};

/// Broadcast by rank 0; trivially copyable.
struct batch_order {
    std::uint64_t start_ticks = 0;   ///< of the first sample; for `clock`
    std::uint64_t period_ticks = 0;  ///< from one sample's start to the next; for `clock`
    std::uint32_t samples = 0;       ///< 0: no more batches
    std::uint32_t operations = 1;    ///< executions back to back in one sample
    start_kind start = start_kind::clock;
    std::uint32_t stop_reason = 0;  ///< what the order that ends the batches says
    std::uint32_t relate = 0;       ///< 1: no batch; the hosts' clocks are related anew
};

/// What rank 0 gets. A sample is the last rank's end minus the common start (after a barrier: minus
/// the first rank's start), divided by the operations. Where devices do the work (operation::held),
/// it is the longest time from a rank's own release to its end: devices' clocks are not compared.
struct batch_result {
    std::vector<double> ticks;       ///< a value for each sample that counts, in order
    std::vector<std::int32_t> last;  ///< the rank that ended last, beside each value
    std::uint32_t late = 0;          ///< samples that do not count: a rank missed its start
    bool first_late = false;         ///< the batch's very first sample was one of them
    /// Of those that count: samples that outlasted the compute load beside which they were taken,
    /// at any rank.
    std::uint32_t uncovered = 0;
};

/// Executes batches. Keeps its buffers, so that a batch allocates nothing once they have grown.
class batch_runner {
public:
    /// `ns_per_tick` of the host's clock, for what a device's clock has timed.
    explicit batch_runner(world& group, double ns_per_tick = 1)
        : world_(group), ns_per_tick_(ns_per_tick) {}

    /// How this host's clock goes with the job's from now on; at first they are one.
    void set_relation(const clock_relation& relation) noexcept { relation_ = relation; }

    /// Collective. The result is complete at rank 0 and empty elsewhere; its ticks are the job's.
    const batch_result& run(operation& what, const batch_order& order);

private:
    void run_from_clock(operation& what, const batch_order& order);
    void run_from_barrier(operation& what, const batch_order& order);
    void run_held(held_run& what, const batch_order& order);
    void keep_longest(std::uint32_t operations);
    void count_uncovered();

    world& world_;
    double ns_per_tick_;
    clock_relation relation_;
    std::vector<double> ends_;
    std::vector<double> starts_;
    std::vector<std::int32_t> owners_;
    std::vector<double> uncovered_;  ///< 1 for each sample that outlasted the load here, else 0
    batch_result result_;
};

}  // namespace railgauge
