#include "harness/report/compare_json_parts.hpp"
#include "harness/report/gate_views.hpp"

namespace railgauge {
namespace {

using nlohmann::ordered_json;

ordered_json series_json(const std::vector<gated>& series) {
    ordered_json list = ordered_json::array();
    for (const gated& one : series) {
        ordered_json part = {{"name", one.name}};
        part.update(ratio_json(one.time));
        part["floor"] = number_json(one.floor);
        part["threshold"] = number_json(one.threshold);
        part["detectable"] = number_json(one.detectable);
        part["accepted_ratio"] = number_json(one.accepted);
        part["looks_slower"] = one.suspicious;
        list.push_back(std::move(part));
    }
    return list;
}

ordered_json series_json(const std::vector<calibrated>& series) {
    ordered_json list = ordered_json::array();
    for (const calibrated& one : series) {
        list.push_back({{"name", one.name},
                        {"spread", number_json(one.spread)},
                        {"floor", number_json(one.floor)},
                        {"threshold", number_json(one.threshold)},
                        {"detectable", number_json(one.detectable)}});
    }
    return list;
}

const char* verdict_of(exit_status status) {
    switch (status) {
        case exit_status::fine: return "passed";
        case exit_status::worse: return "failed";
        default: return "not decided";
    }
}

}  // namespace

std::string gate_json(const gate_view& view) {
    const gate_result& result = view.result;
    ordered_json all;
    all["verdict"] = verdict_of(result.status);
    all["status"] = static_cast<int>(result.status);
    all["reason"] = result.reason;
    all["min_effect"] = view.options.least_effect;
    all["must_detect"] = view.options.must_detect;
    all["detectable"] = number_json(result.detectable);
    all["launches_to_decide"] = result.launches_to_decide;
    all["baseline"] = side_json(view.baseline);
    all["candidate"] = side_json(view.candidate);
    all["provenance_differences"] = provenance_json(result.provenance);
    all["pairs"] = result.joined.pairs;
    all["interleaved"] = result.joined.interleaved;
    all["only_in_baseline"] = result.joined.only_first.size();
    all["only_in_candidate"] = result.joined.only_second.size();
    all["different_definitions"] = result.joined.definitions;
    all["in_fewer_pairs_by_start"] = result.joined.began_otherwise;
    all["accepted"] = ordered_json::array();
    for (const acceptance& one : result.acceptances) {
        all["accepted"].push_back({{"series", one.series},
                                   {"ratio", one.ratio},
                                   {"who", one.who},
                                   {"when", one.when},
                                   {"why", one.why}});
    }
    all["classes"] = series_json(result.classes);
    all["points"] = series_json(result.points);
    return json_text(all) + "\n";
}

std::string calibration_json(const calibration& found, const result_set& baseline) {
    ordered_json all;
    all["baseline"] = side_json(baseline);
    all["pairs"] = found.pairs;
    all["launches"] = found.launches;
    all["detectable"] = number_json(found.detectable);
    all["launches_to_decide"] = found.launches_to_decide;
    all["classes"] = series_json(found.classes);
    all["points"] = series_json(found.points);
    return json_text(all) + "\n";
}

}  // namespace railgauge
