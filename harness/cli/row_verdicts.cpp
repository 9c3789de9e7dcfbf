#include "harness/cli/row_verdicts.hpp"

#include <fmt/format.h>

#include <cstddef>
#include <cstdint>
#include <map>

#include "harness/record/results_reader.hpp"
#include "harness/report/printable.hpp"

namespace railgauge {
namespace {

std::map<std::string, std::string> versions_of(const run_job& job) {
    std::map<std::string, std::string> versions;
    if (job.expected.empty()) return versions;
    for (const auto& each : job.backends) {
        if (each->available().available) versions[std::string(each->name())] = each->version();
    }
    return versions;
}

// Judges the rows of a file anew: other expectations may have flagged them.
class judged_rows final : public results_visitor {
public:
    explicit judged_rows(const point_expectations& expected) : expected_(expected) {}

    void on_point(point_record&& row, std::uint64_t) override {
        measured_ = measured_ || row.status == point_status::ok;
        fitted_ = fitted_ || expected_.any_fits(row);
        below_ = expected_.judge(row) || below_;
    }
    [[nodiscard]] exit_status status() const noexcept {
        if (below_) return exit_status::worse;
        return measured_ && !fitted_ ? exit_status::cannot : exit_status::fine;
    }

private:
    const point_expectations& expected_;
    bool measured_ = false;
    bool fitted_ = false;
    bool below_ = false;
};

}  // namespace

row_verdicts::row_verdicts(const run_job& job, const std::vector<host_placement>& places)
    : expected_(job.expected, versions_of(job)) {
    if (!job.cluster) return;
    std::vector<bound_seat> seats;
    for (const host_placement& each : places) seats.push_back({each.host, each.local_rank});
    bounds_.emplace(job.cluster, seats);
}

void row_verdicts::judge(std::vector<point_record>& rows) {
    for (point_record& row : rows) {
        if (bounds_) bounds_->fill(row);
        below_ = expected_.judge(row) || below_;
    }
}

exit_status status_of_rows(const run_job& job) {
    if (job.expected.empty()) return exit_status::fine;
    const point_expectations expected(job.expected, versions_of(job));
    judged_rows rows(expected);
    read_results(job.out, rows, {.samples = false, .pass_bad_lines = true});
    return rows.status();
}

std::string nothing_fits_words(const run_job& job) {
    const std::size_t count = job.expected.size();
    return fmt::format(
        "{} in {} fits any row that was measured: compare its op, backend, algorithm, library, "
        "ranks and bytes with the rows",
        count == 1 ? "no expectation" : fmt::format("none of the {} expectations", count),
        printable(job.options.expectations));
}

}  // namespace railgauge
