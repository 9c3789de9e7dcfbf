#include "harness/measure/point_keys.hpp"

#include <nlohmann/json.hpp>

namespace railgauge {

point_key key_of(const plan& all, const plan_point& point) {
    const series& part = *point.part;
    point_key key;
    key.op = name_of(part.kind);
    key.backend = part.backend;
    key.algorithm = part.algorithm.empty() ? "auto" : part.algorithm;
    key.dtype = name_of(part.type);
    key.redop = is_reducing(part.kind) ? name_of(part.op) : "none";
    key.bytes = point.bytes;
    key.ranks = ranks_of(part, all.ranks);
    key.root = part.root;
    key.in_place = part.in_place;
    key.timing = name_of(part.timing);
    key.window = part.window;
    key.memory = name_of(part.where);
    key.graph = part.manner.graph;
    key.registration = name_of(part.manner.registration);
    key.streams = part.manner.streams;
    key.host_memory = name_of(part.manner.host_memory);
    key.host_numa = part.manner.host_numa;
    key.load_processors = part.manner.load_processors;
    key.gpus_per_rank = part.manner.gpus_per_rank;
    key.group = to_text(part.group);
    return key;
}

std::vector<point_key> keys_of(const plan& all) {
    std::vector<point_key> keys;
    std::int64_t index = 0;
    for (const series& part : all.parts) {
        for (const std::uint64_t bytes : part.bytes) {
            keys.push_back(key_of(all, {index++, &part, bytes}));
        }
    }
    return keys;
}

point_record failed_point(const plan& all, std::int64_t index, const std::string& reason) {
    point_record record;
    record.index = index;
    record.key = key_of(all, point_at(all, index));
    const group_rule& rule = point_at(all, index).part->group;
    record.key.group = word_of(rule.kind);
    if (rule.kind != group_kind::world) record.place = group_place{};
    record.status = point_status::failed;
    record.reason = reason;
    record.bound_reason = "the point did not finish";
    return record;
}

plan_summary summary_of(const plan& all, int launches) {
    plan_summary summary;
    summary.points = all.points();
    summary.launches = launches;
    summary.suite = all.suite;
    summary.hash = hash_of(all);
    nlohmann::ordered_json settings{{"ranks", all.ranks}};
    if (!all.parts.empty()) {
        const stopping& stop = all.parts.front().stop;
        settings["precision"] = stop.precision;
        settings["budget_s"] = stop.budget_s;
        if (stop.iterations != 0) settings["iterations"] = stop.iterations;
        if (stop.warm_up) settings["warm_up"] = *stop.warm_up;
    }
    summary.settings_json = settings.dump();
    return summary;
}

}  // namespace railgauge
