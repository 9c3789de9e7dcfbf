// The plan as text: what rank 0 broadcasts, and what its hash is made from.

#include <nlohmann/json.hpp>

#include "harness/measure/plan.hpp"
#include "harness/record/run_header.hpp"

namespace railgauge {
namespace {

using nlohmann::json;

json stop_to_json(const stopping& stop) {
    json result{{"precision", stop.precision},
                {"budget_s", stop.budget_s},
                {"iterations", stop.iterations}};
    if (stop.warm_up) result["warm_up"] = *stop.warm_up;
    return result;
}

stopping stop_from_json(const json& from) {
    stopping stop;
    stop.precision = from.at("precision");
    stop.budget_s = from.at("budget_s");
    stop.iterations = from.at("iterations");
    if (from.contains("warm_up")) stop.warm_up = from.at("warm_up").get<std::uint64_t>();
    return stop;
}

// Only what differs from the default, so that plans without a device keep their hash.
void put_manner(json& into, const device_manner& manner) {
    if (manner.graph) into["graph"] = true;
    if (manner.registration != registration_kind::none) {
        into["registration"] = name_of(manner.registration);
    }
    if (manner.streams != 1) into["streams"] = manner.streams;
    if (manner.host_memory != host_memory_kind::pinned) {
        into["host_memory"] = name_of(manner.host_memory);
    }
    if (manner.host_numa != local_numa) into["host_numa"] = manner.host_numa;
    if (manner.load_processors != 0) into["load_processors"] = manner.load_processors;
    if (manner.gpus_per_rank != 1) into["gpus_per_rank"] = manner.gpus_per_rank;
}

device_manner manner_from_json(const json& from) {
    device_manner manner;
    manner.graph = from.value("graph", false);
    manner.registration =
        registration_kind_from(from.value("registration", std::string("none"))).value();
    manner.streams = from.value("streams", 1);
    manner.host_memory =
        host_memory_kind_from(from.value("host_memory", std::string("pinned"))).value();
    manner.host_numa = from.value("host_numa", local_numa);
    manner.load_processors = from.value("load_processors", 0);
    manner.gpus_per_rank = from.value("gpus_per_rank", 1);
    return manner;
}

json series_to_json(const series& part) {
    json result{{"op", name_of(part.kind)},        {"backend", part.backend},
                {"algorithm", part.algorithm},     {"dtype", name_of(part.type)},
                {"redop", name_of(part.op)},       {"root", part.root},
                {"in_place", part.in_place},       {"timing", name_of(part.timing)},
                {"window", part.window},           {"memory", name_of(part.where)},
                {"groups", to_text(part.group)},   {"rounds", part.rounds},
                {"stop", stop_to_json(part.stop)}, {"bytes", part.bytes}};
    put_manner(result, part.manner);
    return result;
}

series series_from_json(const json& from) {
    series part;
    part.kind = operation_kind_from(from.at("op").get<std::string>()).value();
    part.backend = from.at("backend");
    part.algorithm = from.at("algorithm");
    part.type = dtype_from(from.at("dtype").get<std::string>()).value();
    part.op = redop_from(from.at("redop").get<std::string>()).value();
    part.root = from.at("root");
    part.in_place = from.at("in_place");
    part.timing = from.at("timing") == "isolated" ? timing_kind::isolated : timing_kind::streamed;
    part.window = from.at("window");
    part.where = memory_kind_from(from.at("memory").get<std::string>()).value();
    part.manner = manner_from_json(from);
    part.group = parse_groups(from.at("groups").get<std::string>()).front();
    part.rounds = from.at("rounds");
    part.stop = stop_from_json(from.at("stop"));
    part.bytes = from.at("bytes").get<std::vector<std::uint64_t>>();
    return part;
}

}  // namespace

std::string to_text(const plan& all) {
    json parts = json::array();
    for (const series& part : all.parts) parts.push_back(series_to_json(part));
    return json{{"suite", all.suite}, {"ranks", all.ranks}, {"parts", parts}}.dump();
}

plan plan_from_text(const std::string& text) {
    const json from = json::parse(text);
    plan result;
    result.suite = from.at("suite");
    result.ranks = from.at("ranks");
    for (const json& part : from.at("parts")) result.parts.push_back(series_from_json(part));
    return result;
}

std::string hash_of(const plan& all) {
    return hash_text(to_text(all));
}

}  // namespace railgauge
