#include "harness/record/line_records.hpp"

namespace railgauge {
namespace {

constexpr std::int64_t most_index = std::numeric_limits<std::int32_t>::max();

std::string object_text(const json_fields& line, const char* name) {
    const auto* object = line.object(name);
    return object ? object->dump() : "{}";
}

point_key key_from(const json_fields& line) {
    point_key key;
    key.op = line.text("op");
    key.backend = line.text("backend");
    key.algorithm = line.text_or("algorithm", "");
    key.dtype = line.text("dtype");
    key.redop = line.text_or("redop", "none");
    key.bytes = line.integer<std::uint64_t>("bytes");
    key.ranks = line.integer<std::int32_t>("ranks", 1);
    key.root = line.integer_or<std::int32_t>("root", 0);
    key.group = line.text_or("group", "world");
    key.in_place = line.flag_or("in_place", false);
    key.timing = line.text_or("timing", "");
    key.window = line.number("window") ? line.integer<std::int32_t>("window", 1) : 1;
    key.memory = line.text_or("memory", "host");
    key.graph = line.flag_or("graph", false);
    key.registration = line.text_or("registration", "none");
    key.streams = line.number("streams") ? line.integer<std::int32_t>("streams", 1) : 1;
    key.host_memory = line.text_or("host_memory", "pinned");
    key.host_numa = line.integer_or<std::int32_t>("host_numa", -1);
    key.load_processors = line.integer_or<std::int32_t>("load_processors", 0);
    key.gpus_per_rank = line.integer_or<std::int32_t>("gpus_per_rank", 1);
    return key;
}

std::vector<pair_end> ends_from(const json_fields& line) {
    std::vector<pair_end> ends;
    const auto* list = line.array("ends");
    if (!list) return ends;
    for (const auto& entry : *list) {
        if (!entry.is_object()) line.fail("ends", "holds something that is not an object");
        const json_fields fields = line.inside(entry);
        ends.push_back({fields.integer<std::int32_t>("rank"), fields.text("host")});
    }
    if (ends.size() != 2) line.fail("ends", "are not two");
    return ends;
}

std::optional<group_place> place_from(const json_fields& line) {
    if (!line.number("round")) return std::nullopt;
    return group_place{line.integer<std::int32_t>("round"),
                       line.integer_or<std::int32_t>("rounds", 0),
                       line.integer_or<std::int32_t>("concurrent_groups", 0), ends_from(line)};
}

point_status status_from(const json_fields& line) {
    const std::string text = line.text("status");
    for (const auto status :
         {point_status::ok, point_status::skipped, point_status::failed, point_status::invalid}) {
        if (text == name_of(status)) return status;
    }
    line.fail("status", "is none of ok, skipped, failed, invalid");
}

std::optional<time_summary> times_from(const json_fields& line) {
    const auto* object = line.object("time_us");
    if (!object) return std::nullopt;
    const json_fields times = line.inside(*object);
    time_summary result;
    result.p50 = times.number_or_nan("p50");
    result.ci_low = times.number("ci_low");
    result.ci_high = times.number("ci_high");
    result.p95 = times.number_or_nan("p95");
    result.p99 = times.number_or_nan("p99");
    result.min = times.number_or_nan("min");
    result.max = times.number_or_nan("max");
    return result;
}

std::vector<last_rank> last_ranks_from(const json_fields& line) {
    std::vector<last_rank> result;
    const auto* list = line.array("last_ranks");
    if (!list) return result;
    for (const auto& entry : *list) {
        if (!entry.is_object()) line.fail("last_ranks", "holds something that is not an object");
        const json_fields fields = line.inside(entry);
        result.push_back(
            {fields.integer<std::int32_t>("rank"), fields.integer<std::uint64_t>("times")});
    }
    return result;
}

}  // namespace

run_header header_from(const json_fields& line) {
    run_header header;
    header.version = line.text("version");
    header.run_id = line.text("run_id");
    header.started = line.text("started");
    header.command = line.texts("command");
    header.provenance_json = object_text(line, "provenance");
    const auto* object = line.object("plan");
    if (!object) line.fail("plan", "is missing");
    const json_fields plan = line.inside(*object);
    header.plan.points = plan.integer<std::int64_t>("points", 0, most_index);
    header.plan.launches = plan.integer_or<std::int32_t>("launches", 1);
    header.plan.suite = plan.text_or("suite", "");
    header.plan.hash = plan.text("hash");
    header.plan.settings_json = object_text(plan, "settings");
    return header;
}

launch_record launch_from(const json_fields& line) {
    launch_record launch;
    launch.launch = line.integer<std::int32_t>("launch");
    launch.when = line.text("when");
    launch.at = line.text_or("at", "");
    if (const auto* probe = line.object("probe")) {
        const json_fields figures = line.inside(*probe);
        for (const auto& [name, value] : probe->items()) {
            launch.probe.emplace_back(name, figures.number_or_nan(name.c_str()));
        }
    }
    const auto* placement = line.array("placement");
    if (!placement) return launch;
    for (const auto& entry : *placement) {
        if (!entry.is_object()) line.fail("placement", "holds something that is not an object");
        const json_fields place = line.inside(entry);
        launch.placement.push_back({place.integer<std::int32_t>("rank"), place.text("host"),
                                    place.integer_or<std::int32_t>("local_rank", 0),
                                    place.text_or("cpus", "")});
    }
    return launch;
}

resume_record resume_from(const json_fields& line) {
    return {line.text("started"), line.texts("command"), object_text(line, "provenance")};
}

communicator_record communicator_from(const json_fields& line) {
    if (line.text("op") != "communicator_init") line.fail("op", "is not communicator_init");
    communicator_record made;
    made.launch = line.integer<std::int32_t>("launch");
    made.backend = line.text("backend");
    made.group = line.text_or("group", "world");
    made.ranks = line.integer<std::int32_t>("ranks", 1);
    made.init_us = line.number_or_nan("init_us");
    made.last_rank = line.integer_or<std::int32_t>("last_rank", 0);
    return made;
}

point_record point_from(const json_fields& line) {
    point_record point;
    point.index = line.integer<std::int64_t>("index", 0, most_index);
    point.key = key_from(line);
    point.launch = line.integer_or<std::int32_t>("launch", 0);
    point.soak_round = line.integer_or<std::int32_t>("soak_round", 0);
    point.place = place_from(line);
    point.status = status_from(line);
    point.reason = line.text_or("reason", "");
    point.time_us = times_from(line);
    point.n = line.integer_or<std::uint64_t>("n", 0);
    point.stop_reason = line.text_or("stop_reason", "");
    point.algbw_gbps = line.number("algbw_gbps");
    point.busbw_gbps = line.number("busbw_gbps");
    point.bound_us = line.number("bound_us");
    point.percent_of_bound = line.number("percent_of_bound");
    point.bound_at_ends_us = line.number("bound_at_ends_us");
    point.binding_tier = line.text_or("binding_tier", "");
    point.bound_note = line.text_or("bound_note", "");
    if (const auto* reasons = line.object("null_reasons"); reasons && !point.bound_us) {
        point.bound_reason = line.inside(*reasons).text_or("bound_us", "");
    }
    point.transport = line.text_or("transport", "");
    point.protocol = line.text_or("protocol", "");
    point.chunk_bytes = line.integer_or<std::uint64_t>("chunk_bytes", 0);
    point.channels = line.integer_or<std::int32_t>("channels", 0);
    point.library_estimate_us = line.number("library_estimate_us");
    point.load_lost_share = line.number("load_lost_share");
    point.energy = {line.number("energy_gpus_j"), line.number("energy_processors_j"),
                    line.number("energy_j"), line.number("energy_j_per_gb")};
    point.gpu_temperature_c = line.number("gpu_temperature_c");
    point.verified = line.text_or("verified", "");
    point.start = line.text_or("start", "");
    point.operations_per_sample = line.integer_or<std::uint64_t>("operations_per_sample", 1);
    point.warm_up = line.integer_or<std::uint64_t>("warm_up", 0);
    point.late_starts = line.integer_or<std::uint64_t>("late_starts", 0);
    point.clock_residual_us = line.number_or_nan("clock_residual_us");
    point.harness_us = line.number_or_nan("harness_us");
    point.elapsed_s = line.number_or_nan("elapsed_s");
    point.last_ranks = last_ranks_from(line);
    point.flags = line.texts("flags");
    point.outliers_mild = line.integer_or<std::uint64_t>("outliers_mild", 0);
    point.outliers_severe = line.integer_or<std::uint64_t>("outliers_severe", 0);
    return point;
}

run_end end_from(const json_fields& line) {
    run_end end;
    end.status = line.integer<int>("status", 0, 255);
    end.reason = line.text_or("reason", "");
    end.finished = line.text_or("finished", "");
    const auto* object = line.object("counts");
    if (!object) return end;
    const json_fields counts = line.inside(*object);
    for (const auto status :
         {point_status::ok, point_status::skipped, point_status::failed, point_status::invalid}) {
        end.counts.of[static_cast<std::size_t>(status)] =
            counts.integer_or<std::uint64_t>(name_of(status).data(), 0);
    }
    return end;
}

}  // namespace railgauge
