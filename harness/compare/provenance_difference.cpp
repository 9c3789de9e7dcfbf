#include "harness/compare/provenance_difference.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>

namespace railgauge {
namespace {

using nlohmann::json;
using flat = std::map<std::string, std::string>;

constexpr std::array<std::string_view, 10> telling{"driver",    "firmware",   "nccl",     "clock",
                                                   "link",      "placement",  "topology", "version",
                                                   "microcode", "environment"};

constexpr std::array<std::string_view, 12> fleeting{
    "boot_id",    "load",       "available_bytes", "swap_free", "temperature",  "power_w",
    "used_bytes", "free_bytes", "uptime",          "throttl",   "holds_clocks", "secret"};

bool has_any(std::string_view text, const auto& words) {
    return std::any_of(words.begin(), words.end(), [text](std::string_view word) {
        return text.find(word) != std::string_view::npos;
    });
}

void flatten(const json& value, const std::string& path, flat& into) {
    if (value.is_structured() && !value.empty()) {
        std::size_t place = 0;
        for (const auto& [name, inner] : value.items()) {
            const std::string step = value.is_array() ? std::to_string(place++) : name;
            flatten(inner, path.empty() ? step : path + "." + step, into);
        }
    } else if (!value.is_null() && !value.is_structured() && !has_any(path, fleeting)) {
        into[path] = value.is_string() ? value.get<std::string>()
                                       : value.dump(-1, ' ', false, json::error_handler_t::replace);
    }
}

// Which rank ran where: one text, because a list of a thousand ranks tells nobody anything.
std::string placement_text(const std::vector<rank_placement>& placement) {
    constexpr std::size_t shown = 8;
    std::string text;
    for (std::size_t i = 0; i < std::min(placement.size(), shown); ++i) {
        text += (i == 0 ? "" : " ") + placement[i].host;
        if (!placement[i].cpus.empty()) text += ":" + placement[i].cpus;
    }
    if (placement.size() <= shown) return text;
    std::string all;
    for (const rank_placement& place : placement) all += place.host + ':' + place.cpus + ' ';
    return text + " ... (" + std::to_string(placement.size()) + " ranks, " + hash_text(all) + ")";
}

flat facts_of(const set_run& run) {
    flat facts;
    flatten(json::parse(run.header.provenance_json, nullptr, false), "", facts);
    flatten(json::parse(run.header.plan.settings_json, nullptr, false), "settings", facts);
    if (!run.placement.empty()) facts["placement"] = placement_text(run.placement);
    return facts;
}

void add_value(std::string& to, const std::string& value) {
    constexpr std::size_t longest = 200;
    if (to.size() > longest) return;
    if (!to.empty()) to += " | ";
    to += value.substr(0, longest);
}

std::vector<provenance_difference> differences(const std::vector<flat>& first,
                                               const std::vector<flat>& second) {
    std::map<std::string, std::array<std::vector<std::string>, 2>> values;
    const auto collect = [&values](const std::vector<flat>& runs, std::size_t side) {
        for (const flat& run : runs) {
            for (const auto& [path, value] : run) {
                auto& seen = values[path][side];
                if (std::find(seen.begin(), seen.end(), value) == seen.end()) seen.push_back(value);
            }
        }
    };
    collect(first, 0);
    collect(second, 1);
    std::vector<provenance_difference> result;
    for (auto& [path, sides] : values) {
        auto sorted = sides;
        for (auto& side : sorted) std::sort(side.begin(), side.end());
        if (sorted[0] == sorted[1]) continue;
        provenance_difference one{path, {}, {}};
        for (const std::string& value : sides[0]) add_value(one.first, value);
        for (const std::string& value : sides[1]) add_value(one.second, value);
        if (sides[0].empty()) one.first = "-";
        if (sides[1].empty()) one.second = "-";
        result.push_back(std::move(one));
    }
    std::stable_partition(result.begin(), result.end(), [](const provenance_difference& one) {
        return has_any(one.what, telling);
    });
    return result;
}

}  // namespace

std::vector<provenance_difference> provenance_differences(const result_set& first,
                                                          const result_set& second) {
    const auto all = [](const result_set& set) {
        std::vector<flat> facts;
        for (const set_run& run : set.runs) facts.push_back(facts_of(run));
        return facts;
    };
    return differences(all(first), all(second));
}

std::vector<provenance_difference> provenance_differences(const set_run& before,
                                                          const set_run& after) {
    return differences({facts_of(before)}, {facts_of(after)});
}

}  // namespace railgauge
