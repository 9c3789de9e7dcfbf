#include "harness/report/history_json.hpp"

#include <nlohmann/json.hpp>

#include "harness/report/compare_json_parts.hpp"

namespace railgauge {
namespace {

using nlohmann::ordered_json;

ordered_json run_json(const set_run& run) {
    return {{"file", run.file},
            {"run_id", run.header.run_id},
            {"started", run.header.started},
            {"cut", run.cut}};
}

ordered_json change_json(const series_change& change) {
    return {{"before_run", change.before},
            {"after_run", change.after},
            {"runs_before", change.runs_before},
            {"runs_after", change.runs_after},
            {"before_us", number_json(change.before_us)},
            {"after_us", number_json(change.after_us)},
            {"ratio", number_json(change.ratio)},
            {"p", change.p_value}};
}

ordered_json series_json(const history_series& series, const point_table& table) {
    ordered_json one = key_json(table.full(series.point));
    if (series.any_algorithm) one["algorithm"] = nullptr;
    one["runs"] = series.runs;
    one["time_us"] = series.time_us;
    if (table[series.point].bandwidth_alone) one["time_is_of_a_byte"] = true;
    one["too_few_runs"] = series.too_few;
    one["p"] = series.too_few ? ordered_json(nullptr) : ordered_json(series.p_value);
    one["p_adjusted"] = series.too_few ? ordered_json(nullptr) : ordered_json(series.adjusted);
    one["changes"] = ordered_json::array();
    for (const series_change& change : series.changes) {
        one["changes"].push_back(change_json(change));
    }
    return one;
}

ordered_json event_json(const history_event& event) {
    ordered_json members = ordered_json::array();
    for (const auto& member : event.members) {
        members.push_back({{"series", member.series}, {"change", member.change}});
    }
    ordered_json differences = ordered_json::array();
    for (const provenance_difference& one : event.provenance) {
        differences.push_back({{"what", one.what}, {"before", one.first}, {"after", one.second}});
    }
    return {{"before_run", event.before},
            {"after_run", event.after},
            {"provenance_differences", differences},
            {"members", members}};
}

ordered_json system_json(const history_system& system, const point_table& table) {
    ordered_json one{{"name", system.identity.text()},
                     {"hosts", system.identity.hosts},
                     {"processor", system.identity.processor},
                     {"devices", system.identity.devices}};
    for (const char* const list : {"runs", "series", "changes"}) one[list] = ordered_json::array();
    for (const set_run& run : system.runs) one["runs"].push_back(run_json(run));
    for (const history_series& series : system.series) {
        one["series"].push_back(series_json(series, table));
    }
    for (const history_event& event : system.events) one["changes"].push_back(event_json(event));
    return one;
}

}  // namespace

std::string history_json(const history& found, const point_table& table) {
    ordered_json all;
    all["systems"] = ordered_json::array();
    for (const history_system& system : found.systems) {
        all["systems"].push_back(system_json(system, table));
    }
    all["left_out"] = found.left_out;
    all["problems"] = found.problems;
    return json_text(all) + "\n";
}

}  // namespace railgauge
