#include "harness/record/lines.hpp"

#include <cmath>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "harness/base/operation_kind.hpp"
#include "harness/record/samples_text.hpp"

namespace railgauge {
namespace {

using nlohmann::ordered_json;

std::string text_of(const ordered_json& line) {
    return line.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

ordered_json object_from(const std::string& text, const char* what) {
    ordered_json object = ordered_json::parse(text, nullptr, false);
    if (!object.is_object()) {
        throw std::invalid_argument(std::string(what) + " is not a JSON object");
    }
    return object;
}

// Null where there is no finite figure; null_reasons then says why.
class figures {
public:
    explicit figures(ordered_json& into) : into_(into) {}

    void put(ordered_json& object, const char* key, const std::string& path,
             const std::optional<double>& value, const std::string& why_absent) {
        if (value && std::isfinite(*value)) {
            object[key] = *value;
            return;
        }
        object[key] = nullptr;
        explain(path, !value ? why_absent : std::isnan(*value) ? "not a number" : "infinite");
    }

    void put(const char* key, const std::optional<double>& value, const std::string& why_absent) {
        put(into_, key, key, value, why_absent);
    }

    void explain(const std::string& path, const std::string& why) {
        reasons_[path] = why.empty() ? "not given" : why;
    }

    [[nodiscard]] ordered_json reasons() const { return reasons_; }

private:
    ordered_json& into_;
    ordered_json reasons_ = ordered_json::object();
};

void put_key(ordered_json& line, const point_key& key) {
    line["op"] = key.op;
    line["backend"] = key.backend;
    line["algorithm"] = key.algorithm;
    line["dtype"] = key.dtype;
    line["redop"] = key.redop;
    line["bytes"] = key.bytes;
    line["ranks"] = key.ranks;
    line["root"] = key.root;
    line["group"] = key.group;
    line["in_place"] = key.in_place;
    line["timing"] = key.timing;
    const auto kind = operation_kind_from(key.op);
    if (key.window != 1 || (kind && takes_window(*kind))) line["window"] = key.window;
    if (key.memory != "host") line["memory"] = key.memory;
    if (key.graph) line["graph"] = true;
    if (key.registration != "none") line["registration"] = key.registration;
    if (key.streams != 1) line["streams"] = key.streams;
    if (key.host_memory != "pinned") line["host_memory"] = key.host_memory;
    if (key.host_numa >= 0) line["host_numa"] = key.host_numa;
    if (key.load_processors != 0) line["load_processors"] = key.load_processors;
    if (key.gpus_per_rank != 1) line["gpus_per_rank"] = key.gpus_per_rank;
}

void put_place(ordered_json& line, const group_place& place) {
    line["round"] = place.round;
    line["rounds"] = place.rounds;
    line["concurrent_groups"] = place.concurrent;
    if (place.ends.empty()) return;
    line["ends"] = ordered_json::array();
    for (const pair_end& end : place.ends) {
        line["ends"].push_back({{"rank", end.rank}, {"host", end.host}});
    }
}

void put_times(ordered_json& line, figures& numbers, const point_record& point) {
    if (!point.time_us) {
        line["time_us"] = nullptr;
        numbers.explain("time_us", point.reason.empty() ? "no samples" : point.reason);
        return;
    }
    const time_summary& time = *point.time_us;
    ordered_json times = ordered_json::object();
    const std::string few = "fewer than six samples";
    numbers.put(times, "p50", "time_us.p50", time.p50, "");
    numbers.put(times, "ci_low", "time_us.ci_low", time.ci_low, few);
    numbers.put(times, "ci_high", "time_us.ci_high", time.ci_high, few);
    numbers.put(times, "p95", "time_us.p95", time.p95, "");
    numbers.put(times, "p99", "time_us.p99", time.p99, "");
    numbers.put(times, "min", "time_us.min", time.min, "");
    numbers.put(times, "max", "time_us.max", time.max, "");
    line["time_us"] = std::move(times);
}

void put_bandwidths(figures& numbers, const point_record& point) {
    const std::string none = !point.time_us         ? "no time"
                             : point.key.bytes == 0 ? "no data moves"
                                                    : "not defined for this operation";
    numbers.put("algbw_gbps", point.algbw_gbps, none);
    numbers.put("busbw_gbps", point.busbw_gbps, none);
    const std::string unbound =
        point.bound_reason.empty() ? "no bound is known" : point.bound_reason;
    numbers.put("bound_us", point.bound_us, unbound);
    numbers.put("percent_of_bound", point.percent_of_bound, unbound);
    if (point.bound_at_ends_us) numbers.put("bound_at_ends_us", point.bound_at_ends_us, "");
}

// What is not known is not there, so that lines of hosts that tell nothing stay as they were.
void put_known(ordered_json& line, const char* name, const std::optional<double>& value) {
    if (value && std::isfinite(*value)) line[name] = *value;
}

void put_circumstances(ordered_json& line, figures& numbers, const point_record& point) {
    if (!point.binding_tier.empty()) line["binding_tier"] = point.binding_tier;
    if (!point.bound_note.empty()) line["bound_note"] = point.bound_note;
    if (!point.transport.empty()) line["transport"] = point.transport;
    if (!point.protocol.empty()) line["protocol"] = point.protocol;
    if (point.chunk_bytes > 0) line["chunk_bytes"] = point.chunk_bytes;
    if (point.channels > 0) line["channels"] = point.channels;
    put_known(line, "library_estimate_us", point.library_estimate_us);
    put_known(line, "load_lost_share", point.load_lost_share);
    put_known(line, "energy_j", point.energy.total_j);
    put_known(line, "energy_gpus_j", point.energy.gpus_j);
    put_known(line, "energy_processors_j", point.energy.processors_j);
    put_known(line, "energy_j_per_gb", point.energy.j_per_gb);
    put_known(line, "gpu_temperature_c", point.gpu_temperature_c);
    line["verified"] = point.verified;
    line["start"] = point.start;
    line["operations_per_sample"] = point.operations_per_sample;
    line["warm_up"] = point.warm_up;
    line["late_starts"] = point.late_starts;
    numbers.put("clock_residual_us", point.clock_residual_us, "");
    numbers.put("harness_us", point.harness_us, "");
    numbers.put("elapsed_s", point.elapsed_s, "");
    line["last_ranks"] = ordered_json::array();
    for (const last_rank& last : point.last_ranks) {
        line["last_ranks"].push_back({{"rank", last.rank}, {"times", last.times}});
    }
    line["flags"] = point.flags;
    line["outliers_mild"] = point.outliers_mild;
    line["outliers_severe"] = point.outliers_severe;
}

}  // namespace

std::string to_line(const run_header& header) {
    ordered_json line;
    line["kind"] = "header";
    line["schema"] = results_schema;
    line["version"] = header.version;
    line["run_id"] = header.run_id;
    line["started"] = header.started;
    line["command"] = header.command;
    const plan_summary& plan = header.plan;
    line["plan"] = {{"points", plan.points},
                    {"launches", plan.launches},
                    {"suite", plan.suite},
                    {"hash", plan.hash},
                    {"settings", object_from(plan.settings_json, "plan_summary::settings_json")}};
    line["provenance"] = object_from(header.provenance_json, "run_header::provenance_json");
    return text_of(line);
}

std::string to_line(const launch_record& launch) {
    ordered_json line;
    line["kind"] = "launch";
    line["launch"] = launch.launch;
    line["when"] = launch.when;
    line["at"] = launch.at;
    ordered_json probe = ordered_json::object();
    figures numbers(line);
    for (const auto& [name, value] : launch.probe) {
        numbers.put(probe, name.c_str(), "probe." + name, value, "");
    }
    line["probe"] = std::move(probe);
    line["placement"] = ordered_json::array();
    for (const rank_placement& place : launch.placement) {
        line["placement"].push_back({{"rank", place.rank},
                                     {"host", place.host},
                                     {"local_rank", place.local_rank},
                                     {"cpus", place.cpus}});
    }
    line["null_reasons"] = numbers.reasons();
    return text_of(line);
}

std::string to_line(const resume_record& resume) {
    ordered_json line;
    line["kind"] = "resume";
    line["started"] = resume.started;
    line["command"] = resume.command;
    line["provenance"] = object_from(resume.provenance_json, "resume_record::provenance_json");
    return text_of(line);
}

std::string to_line(const communicator_record& made) {
    ordered_json line;
    line["kind"] = "communicator";
    line["op"] = "communicator_init";
    line["launch"] = made.launch;
    line["backend"] = made.backend;
    line["group"] = made.group;
    line["ranks"] = made.ranks;
    line["init_us"] = made.init_us;
    line["last_rank"] = made.last_rank;
    return text_of(line);
}

std::string to_line(const point_record& point) {
    ordered_json line;
    figures numbers(line);
    line["kind"] = "point";
    line["index"] = point.index;
    put_key(line, point.key);
    line["launch"] = point.launch;
    line["soak_round"] = point.soak_round;
    if (point.place) put_place(line, *point.place);
    line["status"] = name_of(point.status);
    line["reason"] = point.reason;
    put_times(line, numbers, point);
    line["n"] = point.n;
    line["stop_reason"] = point.stop_reason;
    put_bandwidths(numbers, point);
    put_circumstances(line, numbers, point);
    line["null_reasons"] = numbers.reasons();
    // A million samples would take sixteen bytes each as JSON values: they are written as text.
    std::string text = text_of(line);
    text.back() = ',';
    text += "\"samples_us\":";
    append_samples(text, point.samples_us);
    text += '}';
    return text;
}

std::string to_line(const run_end& end) {
    ordered_json line;
    line["kind"] = "end";
    line["status"] = end.status;
    line["reason"] = end.reason;
    line["finished"] = end.finished;
    line["points"] = end.counts.total();
    ordered_json counts = ordered_json::object();
    for (const auto status :
         {point_status::ok, point_status::skipped, point_status::failed, point_status::invalid}) {
        counts[std::string(name_of(status))] = end.counts[status];
    }
    line["counts"] = std::move(counts);
    return text_of(line);
}

}  // namespace railgauge
