#include "harness/report/compare_json.hpp"

#include <fmt/format.h>

#include <cmath>
#include <iterator>
#include <optional>
#include <unordered_map>
#include <utility>

#include "harness/report/compare_json_parts.hpp"
#include "harness/report/comparison_words.hpp"

namespace railgauge {

using nlohmann::ordered_json;

ordered_json number_json(double value) {
    return std::isfinite(value) ? ordered_json(value) : ordered_json(nullptr);
}

std::string json_text(const ordered_json& value) {
    return value.dump(-1, ' ', true, ordered_json::error_handler_t::replace);
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
            {"streams", key.streams},
            {"host_memory", key.host_memory},
            {"host_numa", key.host_numa},
            {"load_processors", key.load_processors},
            {"gpus_per_rank", key.gpus_per_rank}};
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
            {"of_rounds", name_of(set.of_rounds)},
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

namespace {

// A value is text already: a tree for each of a million points takes minutes and gigabytes.
std::string number_text(double value) {
    return std::isfinite(value) ? fmt::format("{}", value) : "null";
}
std::string number_text(const std::optional<double>& value) {
    return value ? number_text(*value) : "null";
}

class point_writer {
public:
    explicit point_writer(const point_table& table) : table_(table) {}

    void add(const compared_point& point, std::string& to) {
        const packed_key& key = table_[point.point.first];
        to += '{';
        add_words(key, to);
        fmt::format_to(std::back_inserter(to),
                       R"("bytes":{},"ranks":{},"root":{},"in_place":{},"window":{},"graph":{},)"
                       R"("streams":{},"host_numa":{},"load_processors":{},)"
                       R"("gpus_per_rank":{},"algorithm_b":{},)",
                       key.bytes, key.ranks, key.root, key.in_place, key.window, key.graph,
                       key.streams, key.host_numa, key.load_processors, key.gpus_per_rank,
                       word(table_[point.point.second], key_word::algorithm));
        add_sides(point, to);
        const compared_ratio& time = point.time;
        fmt::format_to(std::back_inserter(to),
                       R"("ratio":{},"ci_low":{},"ci_high":{},"pairs":{},"p":{},)"
                       R"("p_adjusted":{},"verdict":"{}")",
                       number_text(time.ratio), number_text(time.low), number_text(time.high),
                       time.pairs, number_text(time.p_value), number_text(time.adjusted),
                       name_of(time.verdict));
        add_ratio("percent_of_bound_ratio", point.percent_of_bound_ratio, to);
        add_ratio("efficiency_ratio", point.efficiency_ratio, to);
        to += '}';
    }

private:
    void add_sides(const compared_point& point, std::string& to) const {
        if (const auto gbps = bandwidths_of(point, table_)) {
            fmt::format_to(std::back_inserter(to),
                           R"("a_us":null,"b_us":null,"a_gbps":{},"b_gbps":{},)",
                           number_text(gbps->first), number_text(gbps->second));
            return;
        }
        fmt::format_to(std::back_inserter(to), R"("a_us":{},"b_us":{},)",
                       number_text(point.first_us), number_text(point.second_us));
    }

    static void add_ratio(std::string_view name, const std::optional<double>& ratio,
                          std::string& to) {
        if (ratio) fmt::format_to(std::back_inserter(to), R"(,"{}":{})", name, *ratio);
    }

    void add_words(const packed_key& key, std::string& to) {
        constexpr std::pair<std::string_view, key_word> named[] = {
            {"op", key_word::op},
            {"backend", key_word::backend},
            {"dtype", key_word::dtype},
            {"algorithm", key_word::algorithm},
            {"redop", key_word::redop},
            {"group", key_word::group},
            {"timing", key_word::timing},
            {"memory", key_word::memory},
            {"start", key_word::start},
            {"registration", key_word::registration},
            {"host_memory", key_word::host_memory}};
        for (const auto& [name, which] : named) {
            fmt::format_to(std::back_inserter(to), R"("{}":{},)", name, word(key, which));
        }
    }

    // Quoted; each of the table's texts is made once.
    const std::string& word(const packed_key& key, key_word which) {
        std::string& quoted = quoted_[key.words[static_cast<std::size_t>(which)]];
        if (quoted.empty()) quoted = json_text(table_.word(key, which));
        return quoted;
    }

    const point_table& table_;
    std::unordered_map<std::uint32_t, std::string> quoted_;
};

}  // namespace

void write_comparison_json(const comparison& found, const result_set& first,
                           const result_set& second, const point_table& table,
                           const std::function<void(std::string_view)>& write) {
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
    all["in_fewer_pairs_by_start"] = found.joined.began_otherwise;
    all["classes"] = ordered_json::array();
    for (const compared_class& one : found.classes) {
        ordered_json part = {
            {"op", one.of.op}, {"size", one.of.size}, {"points", one.of.members.size()}};
        part.update(ratio_json(one.time));
        all["classes"].push_back(std::move(part));
    }
    std::string text = json_text(all);
    text.back() = ',';  // the object goes on
    write(text + "\"points\":[");
    point_writer points(table);
    for (std::size_t i = 0; i < found.points.size(); ++i) {
        text = i == 0 ? "" : ",";
        points.add(found.points[i], text);
        write(text);
    }
    write("]}\n");
}

std::string comparison_json(const comparison& found, const result_set& first,
                            const result_set& second, const point_table& table) {
    std::string text;
    write_comparison_json(found, first, second, table,
                          [&text](std::string_view piece) { text += piece; });
    return text;
}

}  // namespace railgauge
