#include "harness/cli/run_ranks.hpp"

#include <optional>

#include "harness/launch/placement.hpp"
#include "harness/measure/measurer.hpp"

namespace railgauge {
namespace {

// Broadcast before each point, so that every rank does the same.
struct step {
    std::int64_t index = -1;  ///< -1: no more
    std::int64_t soak_round = 0;
    exit_status status = exit_status::fine;  ///< of the run, with the last step
};

launch_record launch_line(const launch_work& work, const std::vector<placed_rank>& places) {
    launch_record line;
    line.launch = work.launch;
    line.when = "before";
    line.at = utc_now();
    line.probe = work.probe;
    for (const placed_rank& each : places) {
        line.placement.push_back({each.where.rank, each.host, each.local_rank, each.where.cpus});
    }
    return line;
}

// Rank 0's view of how far the run is.
class agenda {
public:
    agenda(const run_job& job, int launch, const record_sink& sink)
        : job_(job), launch_(launch), sink_(sink), begin_(std::chrono::steady_clock::now()) {}

    /// The next point that is not in the file yet.
    [[nodiscard]] step next(const world& group) {
        const std::int64_t points = job_.what.points();
        while (!group.interrupted()) {
            if (at_.index + 1 == points) {
                if (std::chrono::steady_clock::now() - begin_ >= job_.soak) break;
                ++at_.soak_round;
                at_.index = -1;
            }
            ++at_.index;
            if (!sink_.has(launch_, at_.soak_round, at_.index)) return at_;
        }
        return {.index = -1, .status = status(group)};
    }

private:
    [[nodiscard]] exit_status status(const world& group) const {
        const status_counts counts = sink_.counts();
        if (counts[point_status::invalid] > 0) return exit_status::wrong_data;
        if (group.interrupted() || counts[point_status::failed] > 0) return exit_status::unfinished;
        if (counts[point_status::ok] == 0 && counts.total() > 0) return exit_status::cannot;
        return exit_status::fine;
    }

    const run_job& job_;
    int launch_;
    const record_sink& sink_;
    std::chrono::steady_clock::time_point begin_;
    step at_;
};

}  // namespace

exit_status run_ranks(world& group, const launch_work& work) {
    const run_job& job = *work.job;
    const auto places = place_ranks(group, !job.options.no_pin);
    const bool root = group.rank() == 0;

    std::shared_ptr<record_sink> sink;
    std::optional<agenda> todo;
    std::string text;
    if (root) {
        sink = work.open_records();
        sink->write(launch_line(work, places));
        todo.emplace(job, work.launch, *sink);
        text = to_text(job.what);
    }
    broadcast_string(group, text);
    const plan what = plan_from_text(text);

    measurer measure(group, job.backends, job.benches,
                     {.verify = !job.options.no_verify, .deadline = job.limits.step});
    while (true) {
        step now;
        if (root) now = todo->next(group);
        broadcast_value(group, now);
        if (now.index < 0) return now.status;
        point_record record = measure.measure(what, point_at(what, now.index));
        if (!root) continue;
        group.enter(phase::writing, now.index);
        record.launch = work.launch;
        record.soak_round = now.soak_round;
        sink->write(record);
    }
}

}  // namespace railgauge
