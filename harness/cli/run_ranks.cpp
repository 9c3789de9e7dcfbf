#include "harness/cli/run_ranks.hpp"

#include <optional>
#include <string>
#include <vector>

#include "harness/cli/row_verdicts.hpp"
#include "harness/launch/placement.hpp"
#include "harness/measure/group_measurer.hpp"

namespace railgauge {
namespace {

// Broadcast before each point, so that every rank does the same.
struct step {
    std::int64_t index = -1;  ///< -1: no more
    std::int32_t round = 0;   ///< of the point's groups
    std::int64_t soak_round = 0;
    exit_status status = exit_status::fine;  ///< of the run, with the last step
};

launch_record launch_line(const launch_work& work, const std::vector<host_placement>& places) {
    launch_record line;
    line.launch = work.launch;
    line.when = "before";
    line.at = utc_now();
    line.probe = work.probe;
    for (const host_placement& each : places) {
        line.placement.push_back({each.rank, each.host, each.local_rank, each.cpus});
    }
    return line;
}

// Rank 0's view of how far the run is.
class agenda {
public:
    agenda(const run_job& job, int launch, const record_sink& sink, const group_measurer& groups)
        : job_(job),
          launch_(launch),
          sink_(sink),
          groups_(groups),
          begin_(std::chrono::steady_clock::now()) {}

    /// The next round of a point that is not in the file yet.
    [[nodiscard]] step next(const world& group) {
        const std::int64_t points = job_.what.points();
        while (!group.interrupted()) {
            if (++at_.round < rounds_) {
                if (!sink_.has_round(launch_, at_.soak_round, at_.index, at_.round)) return at_;
                continue;
            }
            if (at_.index + 1 == points) {
                if (std::chrono::steady_clock::now() - begin_ >= job_.soak) break;
                ++at_.soak_round;
                at_.index = -1;
            }
            ++at_.index;
            at_.round = -1;
            rounds_ = groups_.rounds(*point_at(job_.what, at_.index).part);
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
    const group_measurer& groups_;
    int rounds_ = 0;  ///< of the point
    std::chrono::steady_clock::time_point begin_;
    step at_;
};

// What a launch that measured all ends with.
exit_status judged(const launch_work& work, const row_verdicts& rows) {
    if (rows.below()) return exit_status::worse;
    const bool last = work.launch + 1 >= work.job->options.launches;
    return last ? status_of_rows(*work.job) : exit_status::fine;
}

}  // namespace

exit_status run_ranks(world& group, const launch_work& work) {
    const run_job& job = *work.job;
    const auto places = place_ranks(group, !job.options.no_pin);
    const bool root = group.rank() == 0;

    std::shared_ptr<record_sink> sink;
    std::optional<agenda> todo;
    std::optional<row_verdicts> judge;
    std::string text;
    if (root) {
        // It knows whether the topology has a seat for each rank: before there is a file.
        judge.emplace(job, places);
        sink = work.open_records();
        sink->write(launch_line(work, places));
        text = to_text(job.what);
    }
    broadcast_string(group, text);
    const plan what = plan_from_text(text);

    group_measurer measure(group, job.backends, job.benches,
                           {.verify = !job.options.no_verify, .deadline = job.limits.step});
    if (root) todo.emplace(job, work.launch, *sink, measure);
    while (true) {
        step now;
        if (root) {
            now = todo->next(group);
            const bool fine = now.index < 0 && now.status == exit_status::fine;
            if (fine) now.status = judged(work, *judge);
        }
        broadcast_value(group, now);
        if (now.index < 0) return now.status;
        std::vector<point_record> rows =
            measure.measure(what, point_at(what, now.index), now.round);
        if (!root) continue;
        group.enter(phase::writing, now.index);
        for (communicator_record& made : measure.take_made()) {
            made.launch = work.launch;
            sink->write(made);
        }
        for (point_record& row : rows) {
            row.launch = work.launch;
            row.soak_round = now.soak_round;
        }
        judge->judge(rows);
        sink->write(rows);
    }
}

}  // namespace railgauge
