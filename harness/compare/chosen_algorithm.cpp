#include "harness/compare/chosen_algorithm.hpp"

#include <algorithm>
#include <set>
#include <string>
#include <tuple>
#include <unordered_map>
#include <vector>

namespace railgauge {
namespace {

constexpr auto algorithm_place = static_cast<std::size_t>(key_word::algorithm);

std::vector<std::uint32_t> points_of(const result_set& set) {
    std::vector<std::uint32_t> points;
    for (const set_entry& entry : set.entries) {
        if (points.empty() || points.back() != entry.point) points.push_back(entry.point);
    }
    return points;
}

bool one_algorithm_only(const std::vector<std::uint32_t>& points, const point_table& table) {
    return std::all_of(points.begin(), points.end(), [&](std::uint32_t point) {
        return table[point].words[algorithm_place] == table[points.front()].words[algorithm_place];
    });
}

using families = std::unordered_map<std::uint32_t, std::vector<std::uint32_t>>;

// The points that are the same but for the algorithm, where there are several.
families families_of(const std::vector<std::uint32_t>& points, point_table& table) {
    families found;
    for (const std::uint32_t point : points) {
        found[without_algorithm(point, table)].push_back(point);
    }
    std::erase_if(found, [](const auto& family) { return family.second.size() < 2; });
    return found;
}

bool share_a_launch(const std::vector<std::uint32_t>& members, const result_set& set) {
    std::vector<bool> seen(set.launches.size());
    for (const std::uint32_t member : members) {
        auto at = std::lower_bound(
            set.entries.begin(), set.entries.end(), member,
            [](const set_entry& entry, std::uint32_t point) { return entry.point < point; });
        for (; at != set.entries.end() && at->point == member; ++at) {
            if (seen[at->launch]) return true;
            seen[at->launch] = true;
        }
    }
    return false;
}

std::uint32_t merged(const std::vector<std::uint32_t>& members, point_table& table) {
    std::set<std::string> names;
    for (const std::uint32_t member : members) {
        names.insert(table.word(table[member], key_word::algorithm));
    }
    std::string all;
    for (const std::string& name : names) all += (all.empty() ? "" : "|") + name;
    packed_key key = table[members.front()];
    key.words[algorithm_place] = table.word_id(key_word::algorithm, all);
    return table.id_of(key);
}

}  // namespace

std::uint32_t without_algorithm(std::uint32_t point, point_table& table) {
    packed_key key = table[point];
    key.words[algorithm_place] = 0;
    return table.id_of(key);
}

void merge_chosen_algorithms(result_set& set, point_table& table) {
    const std::vector<std::uint32_t> points = points_of(set);
    if (points.empty() || one_algorithm_only(points, table)) return;
    std::unordered_map<std::uint32_t, std::uint32_t> becomes;
    for (const auto& [reduced, members] : families_of(points, table)) {
        if (share_a_launch(members, set)) continue;
        const std::uint32_t one = merged(members, table);
        for (const std::uint32_t member : members) becomes[member] = one;
    }
    if (becomes.empty()) return;
    for (set_entry& entry : set.entries) {
        const auto found = becomes.find(entry.point);
        if (found != becomes.end()) entry.point = found->second;
    }
    std::sort(set.entries.begin(), set.entries.end(), [](const set_entry& a, const set_entry& b) {
        return std::tie(a.point, a.launch) < std::tie(b.point, b.launch);
    });
}

}  // namespace railgauge
