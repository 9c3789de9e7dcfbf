#include "harness/compare/history_runs.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "harness/base/error.hpp"

namespace railgauge {
namespace {

using nlohmann::json;

// The text at a place in the provenance; empty where there is none.
std::string text_at(const json& facts, const char* place) {
    const json::json_pointer at(place);
    if (!facts.is_object() || !facts.contains(at) || !facts[at].is_string()) return {};
    return facts[at].get<std::string>();
}

std::string devices_of(const json& facts) {
    const json::json_pointer at("/gpus/devices");
    if (!facts.is_object() || !facts.contains(at) || !facts[at].is_array()) return {};
    std::map<std::string, std::size_t> models;
    for (const json& device : facts[at]) ++models[text_at(device, "/name")];
    std::string text;
    for (const auto& [model, count] : models) {
        text += (text.empty() ? "" : ", ") + std::to_string(count) + " x " +
                (model.empty() ? "GPU" : model);
    }
    return text;
}

std::vector<std::string> hosts_of(const set_run& run, const json& facts) {
    std::set<std::string> hosts;
    for (const rank_placement& place : run.placement) {
        if (!place.host.empty()) hosts.insert(place.host);
    }
    if (hosts.empty()) {
        const std::string host = text_at(facts, "/host/host");
        if (!host.empty()) hosts.insert(host);
    }
    return {hosts.begin(), hosts.end()};
}

}  // namespace

std::string system_identity::text() const {
    constexpr std::size_t shown = 3;
    std::string text;
    for (std::size_t i = 0; i < std::min(hosts.size(), shown); ++i) {
        text += (i == 0 ? "" : ", ") + hosts[i];
    }
    if (hosts.size() > shown) {
        text += " and " + std::to_string(hosts.size() - shown) + " more hosts";
    }
    if (hosts.empty()) text = "host not said";
    std::string hardware = processor;
    if (!devices.empty()) hardware += (hardware.empty() ? "" : ", ") + devices;
    return hardware.empty() ? text : text + " (" + hardware + ")";
}

system_identity identity_of(const set_run& run) {
    const json facts = json::parse(run.header.provenance_json, nullptr, false);
    return {hosts_of(run, facts), text_at(facts, "/host/processor/model"), devices_of(facts)};
}

history_files read_history(const std::vector<std::string>& paths, point_table& table) {
    history_files result;
    std::map<std::string, std::string> file_of;  ///< by run_id
    for (const std::string& file : results_files_of(paths)) {
        result_set set;
        try {
            set = load_set(file, {file}, table);
        } catch (const error& fault) {
            result.problems.emplace_back(fault.what());
            continue;
        }
        std::move(set.problems.begin(), set.problems.end(), std::back_inserter(result.problems));
        if (set.runs.size() != 1) continue;
        const std::string& id = set.runs.front().header.run_id;
        const auto [other, fresh] = file_of.emplace(id, file);
        if (fresh) {
            result.runs.push_back(std::move(set));
        } else if (!id.empty()) {
            result.problems.push_back(file + ": run " + id + " stands in " + other->second +
                                      " as well; counted once");
        }
    }
    std::stable_sort(result.runs.begin(), result.runs.end(),
                     [](const result_set& a, const result_set& b) {
                         return a.runs.front().header.started < b.runs.front().header.started;
                     });
    return result;
}

}  // namespace railgauge
