#include "harness/record/validate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "harness/base/error.hpp"
#include "harness/base/operation_kind.hpp"
#include "harness/record/results_reader.hpp"
#include "harness/record/resume.hpp"
#include "harness/stats/quantile.hpp"

namespace railgauge {
namespace {

constexpr std::size_t most_problems = 100;
constexpr double samples_step_us = 1e-5;  // samples are rounded to it, summaries are not

bool near(double a, double b) {
    return std::abs(a - b) <= 1e-6 * std::max(std::abs(a), std::abs(b)) + 1e-12;
}

bool one_of(const std::string& text, std::initializer_list<std::string_view> allowed) {
    return std::find(allowed.begin(), allowed.end(), text) != allowed.end();
}

bool is_time(const std::string& text) {
    return text.size() >= 20 && text[4] == '-' && text[10] == 'T' && text.back() == 'Z';
}

// Another tool's measurement that is none of ours has the tool's name before it.
bool is_foreign(const std::string& op) {
    return op.find(':') != std::string::npos;
}

class validator : public results_visitor {
public:
    validator(const std::string& path, results_check& check) : path_(path), check_(check) {}

    void on_header(run_header&& header, std::uint64_t line) override {
        line_ = line;
        const auto provenance = nlohmann::json::parse(header.provenance_json, nullptr, false);
        converted_ = provenance.is_object() && provenance.contains("converted");
        expect(is_time(header.started) || (converted_ && header.started.empty()),
               "\"started\" is not of the form 2026-01-31T12:00:00Z");
        expect(!header.run_id.empty(), "\"run_id\" is empty");
        check_.header = std::move(header);
        measured_ = measured_points(std::max<std::int64_t>(check_.header.plan.points, 1));
    }

    void on_launch(launch_record&& launch, std::uint64_t line) override {
        line_ = line;
        expect(one_of(launch.when, {"before", "after"}), "\"when\" is neither before nor after");
        for (const auto& [name, value] : launch.probe) {
            expect(std::isnan(value) || value >= 0, "probe \"" + name + "\" is negative");
        }
    }

    void on_point(point_record&& point, std::uint64_t line) override {
        line_ = line;
        check_.counts.add(point.status);
        check_.samples += point.samples_us.size();
        launches_.insert(point.launch);
        check_place(point);
        check_words(point);
        if (point.time_us) check_times(point, *point.time_us);
        check_bandwidths(point);
        check_energy(point.energy);
        check_samples(point);
    }

    void on_communicator(communicator_record&& made, std::uint64_t line) override {
        line_ = line;
        expect(made.init_us >= 0, "\"init_us\" is negative or not there");
        expect(made.last_rank < made.ranks, "\"last_rank\" is not below \"ranks\"");
    }

    void on_end(run_end&& end, std::uint64_t line) override {
        line_ = line;
        check_.status = end.status;
        expect(end.status <= 5, "\"status\" is none of railgauge's exit statuses (0 to 5)");
        expect(end.counts == check_.counts, "\"counts\" are not those of the points above");
        expect(is_time(end.finished) || (converted_ && end.finished.empty()),
               "\"finished\" is not of the form 2026-01-31T12:00:00Z");
    }

    [[nodiscard]] std::size_t launches() const noexcept { return launches_.size(); }

private:
    void expect(bool holds, const std::string& otherwise) {
        if (holds || check_.problems.size() >= most_problems) return;
        check_.problems.push_back(fmt::format("{}:{}:1: {}", path_, line_, otherwise));
    }

    void check_place(const point_record& point) {
        if (point.index >= check_.header.plan.points) {
            expect(false, fmt::format("\"index\" {} is beyond the plan's {} points", point.index,
                                      check_.header.plan.points));
            return;
        }
        expect(measured_.add(point),
               fmt::format("point {} of launch {}, round {} stands here a second time", point.index,
                           point.launch, point.soak_round));
        check_group(point);
    }

    void check_group(const point_record& point) {
        expect(point.place.has_value() == (point.key.group != "world"),
               "\"round\" stands where \"group\" is not world, and only there");
        if (!point.place) return;
        const group_place& place = *point.place;
        expect(place.rounds == 0 || place.round < place.rounds,
               "\"round\" is not below \"rounds\"");
        const bool pair = point.key.group.find("pairs:") != std::string::npos;
        expect(pair == !place.ends.empty(), "\"ends\" stand where a pair was measured, only there");
    }

    void check_words(const point_record& point) {
        const bool ok = point.status == point_status::ok;
        expect(is_foreign(point.key.op) || operation_kind_from(point.key.op).has_value(),
               "\"op\" is not known");
        expect(one_of(point.key.timing, {"isolated", "streamed"}),
               "\"timing\" is neither isolated nor streamed");
        expect(point.place || point.key.root < point.key.ranks, "\"root\" is not below \"ranks\"");
        expect(one_of(point.key.memory, {"host", "cuda"}), "\"memory\" is neither host nor cuda");
        expect(one_of(point.key.registration, {"none", "buffer", "window"}),
               "\"registration\" is none of none, buffer, window");
        expect(one_of(point.key.host_memory, {"pinned", "pageable"}),
               "\"host_memory\" is neither pinned nor pageable");
        expect(ok || !point.reason.empty(), "no \"reason\" for a status that is not ok");
        expect(!ok || point.time_us || (is_foreign(point.key.op) && point.algbw_gbps),
               "\"status\" is ok without \"time_us\"");
        expect(!ok || !point.time_us || point.n > 0, "\"status\" is ok with \"n\" 0");
        expect(!ok || one_of(point.verified, {"yes", "no"}),
               "\"verified\" of an ok point is neither yes nor no");
        expect(point.operations_per_sample > 0, "\"operations_per_sample\" is 0");
        for (const last_rank& last : point.last_ranks) {
            expect(last.rank < point.key.ranks, "\"last_ranks\" names a rank that there is not");
            expect(last.times <= point.n, "\"last_ranks\" counts more than \"n\"");
        }
    }

    void check_times(const point_record& point, const time_summary& time) {
        // Written so that NaN (a null) is a problem, too.
        expect(time.min <= time.p50 && time.p50 <= time.p95 && time.p95 <= time.p99 &&
                   time.p99 <= time.max,
               "\"time_us\" is not min <= p50 <= p95 <= p99 <= max");
        expect(time.min >= 0, "\"time_us\" has a negative time");
        expect(time.ci_low.has_value() == time.ci_high.has_value(),
               "\"time_us\" has one end of an interval only");
        expect(time.ci_low.has_value() == (point.n >= 6),
               "\"time_us\" has an interval from six samples on, and only then");
        if (!time.ci_low || !time.ci_high) return;
        expect(*time.ci_low <= time.p50 && time.p50 <= *time.ci_high,
               "\"time_us\" is not ci_low <= p50 <= ci_high");
        expect(time.min <= *time.ci_low && *time.ci_high <= time.max,
               "\"time_us\" has an interval beyond min and max");
    }

    void check_bandwidths(const point_record& point) {
        if (point.time_us && point.algbw_gbps) {
            expect(near(*point.algbw_gbps * point.time_us->p50 * 1e3,
                        static_cast<double>(point.key.bytes)),
                   "\"algbw_gbps\" is not bytes / p50");
        }
        const auto kind = operation_kind_from(point.key.op);
        if (kind && point.algbw_gbps && point.busbw_gbps) {
            expect(near(*point.busbw_gbps,
                        *point.algbw_gbps * bus_bandwidth_factor(*kind, point.key.ranks)),
                   "\"busbw_gbps\" is not the operation's factor x \"algbw_gbps\"");
        }
        if (point.time_us && point.bound_us && point.percent_of_bound) {
            expect(near(*point.percent_of_bound * point.time_us->p50, 100 * *point.bound_us),
                   "\"percent_of_bound\" is not 100 bound / p50");
        }
    }

    // What could not be read is absent: a counter that stands still has told nothing.
    void check_energy(const point_energy& energy) {
        for (const auto& figure :
             {energy.total_j, energy.gpus_j, energy.processors_j, energy.j_per_gb}) {
            expect(!figure || *figure > 0, "an \"energy\" is not above 0");
        }
        const double parts = energy.gpus_j.value_or(0) + energy.processors_j.value_or(0);
        expect(near(energy.total_j.value_or(0), parts),
               "\"energy_j\" is not the sum of \"energy_gpus_j\" and \"energy_processors_j\"");
        expect(!energy.j_per_gb || energy.total_j, "\"energy_j_per_gb\" without \"energy_j\"");
    }

    void check_samples(const point_record& point) {
        if (point.samples_us.empty()) return;
        expect(point.samples_us.size() == point.n, "\"samples_us\" are not \"n\" many");
        if (!point.time_us) return;
        const auto [least, most] =
            std::minmax_element(point.samples_us.begin(), point.samples_us.end());
        expect(
            std::abs(*least - point.time_us->min) <= samples_step_us &&
                std::abs(*most - point.time_us->max) <= samples_step_us &&
                std::abs(stats::median(point.samples_us) - point.time_us->p50) <= samples_step_us,
            "\"time_us\" is not the min, median and max of \"samples_us\"");
    }

    const std::string& path_;
    results_check& check_;
    std::uint64_t line_ = 0;
    bool converted_ = false;  ///< from another tool's file, which may not say when it was written
    measured_points measured_;
    std::set<std::int32_t> launches_;
};

}  // namespace

results_check validate_results(const std::string& path) {
    results_check check;
    validator visitor(path, check);
    const read_outcome outcome = read_results(path, visitor, {.samples = true});
    if (!outcome.header) {
        throw input_error(path, 1, 1,
                          outcome.cut ? "the file is cut within its header" : "the file is empty");
    }
    check.lines = outcome.lines;
    check.launches = static_cast<std::int32_t>(visitor.launches());
    check.cut = outcome.cut;
    check.ended = outcome.ended;
    return check;
}

}  // namespace railgauge
