#include "harness/report/compare_json.hpp"

#include <cmath>

#include "harness/report/compare_json_parts.hpp"

namespace railgauge {

using nlohmann::ordered_json;

ordered_json number_json(double value) {
    return std::isfinite(value) ? ordered_json(value) : ordered_json(nullptr);
}

std::string json_text(const ordered_json& value) {
    return value.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

ordered_json key_json(const point_key& key) {
    return {{"op", key.op},
            {"backend", key.backend},
            {"algorithm", key.algorithm},
            {"dtype", key.dtype},
            {"redop", key.redop},
            {"bytes", key.bytes},
            {"ranks", key.ranks},
            {"root", key.root},
            {"group", key.group},
            {"in_place", key.in_place},
            {"timing", key.timing},
            {"window", key.window},
            {"memory", key.memory},
            {"graph", key.graph},
            {"registration", key.registration},
            {"streams", key.streams}};
}

ordered_json ratio_json(const compared_ratio& ratio) {
    const auto maybe = [](const std::optional<double>& value) {
        return value ? number_json(*value) : ordered_json(nullptr);
    };
    return {{"ratio", number_json(ratio.ratio)},
            {"ci_low", maybe(ratio.low)},
            {"ci_high", maybe(ratio.high)},
            {"pairs", ratio.pairs},
            {"p", ratio.p_value},
            {"p_adjusted", ratio.adjusted},
            {"verdict", name_of(ratio.verdict)}};
}

ordered_json side_json(const result_set& set) {
    ordered_json files = ordered_json::array();
    for (const set_run& run : set.runs) files.push_back(run.file);
    return {{"name", set.name},
            {"files", files},
            {"launches", set.launches.size()},
            {"not_ok", set.not_ok},
            {"bad_lines", set.bad_lines},
            {"problems", set.problems}};
}

ordered_json provenance_json(const std::vector<provenance_difference>& differences) {
    ordered_json list = ordered_json::array();
    for (const provenance_difference& one : differences) {
        list.push_back({{"what", one.what}, {"a", one.first}, {"b", one.second}});
    }
    return list;
}

std::string comparison_json(const comparison& found, const result_set& first,
                            const result_set& second, const point_table& table) {
    ordered_json all;
    all["a"] = side_json(first);
    all["b"] = side_json(second);
    all["provenance_differences"] = provenance_json(found.provenance);
    all["pairs"] = found.joined.pairs;
    all["launches_needed"] = found.launches_needed;
    all["interleaved"] = found.joined.interleaved;
    all["only_in_a"] = found.joined.only_first.size();
    all["only_in_b"] = found.joined.only_second.size();
    all["different_definitions"] = found.joined.definitions;
    all["classes"] = ordered_json::array();
    for (const compared_class& one : found.classes) {
        ordered_json part = {
            {"op", one.of.op}, {"size", one.of.size}, {"points", one.of.members.size()}};
        part.update(ratio_json(one.time));
        all["classes"].push_back(std::move(part));
    }
    all["points"] = ordered_json::array();
    for (const compared_point& point : found.points) {
        ordered_json part = key_json(table.full(point.point.first));
        part["algorithm_b"] = table.word(table[point.point.second], key_word::algorithm);
        part["a_us"] = number_json(point.first_us);
        part["b_us"] = number_json(point.second_us);
        part.update(ratio_json(point.time));
        if (point.percent_of_bound_ratio) {
            part["percent_of_bound_ratio"] = *point.percent_of_bound_ratio;
        }
        if (point.efficiency_ratio) part["efficiency_ratio"] = *point.efficiency_ratio;
        all["points"].push_back(std::move(part));
    }
    return json_text(all) + "\n";
}

}  // namespace railgauge
