#include "harness/launch/met_work.hpp"

#include <optional>
#include <thread>
#include <utility>

#include "harness/launch/signals.hpp"

namespace railgauge {

namespace {

void await_the_telling(const board& where) {
    // A launcher kills all ranks once one has left with a failure, also the one whose monitor is
    // about to write down why.
    const std::int64_t until_ns = monotonic_ns() + std::chrono::nanoseconds(leaving_grace).count();
    while (where.header().verdict_told.load() == 0 && monotonic_ns() < until_ns) {
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
}

}  // namespace

rank_ending work_watched(met_ranks met, std::string_view meeting, const verdict_actions& actions,
                         const std::function<exit_status(world&)>& body) {
    const std::shared_ptr<board> where = met.seat.where;
    const monitor_thread watcher(where, met.seat.local_rank, actions);
    const interrupt_guard follow(where->header().interrupted, interrupt_role::mpi_rank);
    const rank_ending ending =
        run_rank_body(std::move(met.seat), std::move(met.tree), meeting, body);
    if (ending.threw) {
        await_the_telling(*where);
    }
    return ending;
}

}  // namespace railgauge
