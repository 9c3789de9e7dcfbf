#include "harness/report/csv_printer.hpp"

#include <fmt/format.h>

#include <cmath>
#include <concepts>
#include <string>

#include "harness/report/printable.hpp"

namespace railgauge {
namespace {

// Collects one row; each column is named once, beside the value that stands in it, so that names
// and values cannot get out of step.
class row {
public:
    void text(std::string_view name, std::string_view value) {
        std::string cell = printable(value);
        if (cell.find_first_of(",\"") != std::string::npos) {
            std::string quoted = "\"";
            for (const char c : cell) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
            cell = quoted + '"';
        }
        add(name, cell);
    }
    void number(std::string_view name, std::integral auto value) {
        add(name, fmt::format("{}", value));
    }
    void number(std::string_view name, std::optional<double> value) {
        add(name, value && std::isfinite(*value) ? fmt::format("{}", *value) : std::string());
    }
    [[nodiscard]] const std::string& names() const noexcept { return names_; }
    [[nodiscard]] const std::string& values() const noexcept { return values_; }

private:
    void add(std::string_view name, const std::string& cell) {
        if (!names_.empty()) {
            names_ += ',';
            values_ += ',';
        }
        names_ += name;
        values_ += cell;
    }

    std::string names_;
    std::string values_;
};

void add_key(row& to, const point_key& key) {
    to.text("op", key.op);
    to.text("backend", key.backend);
    to.text("algorithm", key.algorithm);
    to.text("dtype", key.dtype);
    to.text("redop", key.redop);
    to.number("bytes", key.bytes);
    to.number("ranks", key.ranks);
    to.number("root", key.root);
    to.text("group", key.group);
    to.text("in_place", key.in_place ? "true" : "false");
    to.text("timing", key.timing);
}

void add_time(row& to, const std::optional<time_summary>& time) {
    const auto get = [&](double time_summary::*member) {
        return time ? std::optional<double>((*time).*member) : std::nullopt;
    };
    to.number("time_us", get(&time_summary::p50));
    to.number("ci_low_us", time ? time->ci_low : std::nullopt);
    to.number("ci_high_us", time ? time->ci_high : std::nullopt);
    to.number("p95_us", get(&time_summary::p95));
    to.number("p99_us", get(&time_summary::p99));
    to.number("min_us", get(&time_summary::min));
    to.number("max_us", get(&time_summary::max));
}

void add_circumstances(row& to, const point_record& record) {
    to.text("verified", record.verified);
    to.text("start", record.start);
    to.number("operations_per_sample", record.operations_per_sample);
    to.number("warm_up", record.warm_up);
    to.number("late_starts", record.late_starts);
    to.number("clock_residual_us", std::optional(record.clock_residual_us));
    to.number("harness_us", std::optional(record.harness_us));
    to.number("elapsed_s", std::optional(record.elapsed_s));
    to.number("outliers_mild", record.outliers_mild);
    to.number("outliers_severe", record.outliers_severe);
    std::string last;
    for (const last_rank& entry : record.last_ranks) {
        last += fmt::format("{}{}:{}", last.empty() ? "" : ";", entry.rank, entry.times);
    }
    to.text("last_ranks", last);
    to.text("flags", fmt::format("{}", fmt::join(record.flags, ";")));
}

void add_groups(row& to, const point_record& record) {
    const group_place place = record.place.value_or(group_place{0, 1, 1, {}});
    to.number("window", record.key.window);
    to.text("memory", record.key.memory);
    to.number("round", place.round);
    to.number("rounds", place.rounds);
    to.number("concurrent_groups", place.concurrent);
    const bool pair = place.ends.size() == 2;
    to.text("from_rank", pair ? std::to_string(place.ends[0].rank) : "");
    to.text("from_host", pair ? place.ends[0].host : "");
    to.text("to_rank", pair ? std::to_string(place.ends[1].rank) : "");
    to.text("to_host", pair ? place.ends[1].host : "");
}

// Empty where nothing is known.
void add_device(row& to, const point_record& record) {
    to.text("graph", record.key.graph ? "true" : "false");
    to.text("registration", record.key.registration);
    to.number("streams", record.key.streams);
    to.text("host_memory", record.key.host_memory);
    to.text("host_numa", record.key.host_numa < 0 ? "local" : std::to_string(record.key.host_numa));
    to.number("load_processors", record.key.load_processors);
    to.number("load_lost_share", record.load_lost_share);
    to.text("protocol", record.protocol);
    to.text("channels", record.channels > 0 ? std::to_string(record.channels) : "");
    to.number("library_estimate_us", record.library_estimate_us);
    to.number("energy_j", record.energy.total_j);
    to.number("energy_gpus_j", record.energy.gpus_j);
    to.number("energy_processors_j", record.energy.processors_j);
    to.number("energy_j_per_gb", record.energy.j_per_gb);
    to.number("gpu_temperature_c", record.gpu_temperature_c);
    to.number("gpus_per_rank", record.key.gpus_per_rank);
}

row row_of(const point_record& record) {
    row to;
    to.number("launch", record.launch);
    to.number("soak_round", record.soak_round);
    to.number("index", record.index);
    add_key(to, record.key);
    to.text("status", name_of(record.status));
    to.text("reason", record.reason);
    add_time(to, record.time_us);
    to.number("n", record.n);
    to.text("stop_reason", record.stop_reason);
    to.number("algbw_gbps", record.algbw_gbps);
    to.number("busbw_gbps", record.busbw_gbps);
    to.number("bound_us", record.bound_us);
    to.number("percent_of_bound", record.percent_of_bound);
    to.text("bound_reason", record.bound_reason);
    add_circumstances(to, record);
    add_groups(to, record);
    add_device(to, record);
    return to;
}

}  // namespace

void csv_printer::begin(const run_header& /*header*/) {
    out_ << row_of({}).names() << "\r\n" << std::flush;
}

void csv_printer::point(const point_record& record) {
    out_ << row_of(record).values() << "\r\n" << std::flush;
}

void csv_printer::end(const std::optional<run_end>& /*closing*/) {}

}  // namespace railgauge
