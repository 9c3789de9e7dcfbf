#include "harness/compare/algorithm_choice.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <tuple>
#include <unordered_map>

namespace railgauge {
namespace {

struct variants {
    std::array<std::set<std::uint32_t>, 2> points;  ///< of each side
    bool apart = false;                             ///< a launch has several
};

void collect(const result_set& set, std::size_t side, point_table& table,
             std::map<std::uint32_t, variants>& into) {
    std::map<std::pair<std::uint32_t, std::uint32_t>, std::uint32_t> of_launch;
    for (const set_entry& entry : set.entries) {
        const std::uint32_t reduced = without_algorithm(entry.point, table);
        variants& here = into[reduced];
        here.points[side].insert(entry.point);
        const auto [first, fresh] =
            of_launch.emplace(std::pair(reduced, entry.launch), entry.point);
        here.apart = here.apart || (!fresh && first->second != entry.point);
    }
}

void rename(result_set& set, const std::unordered_map<std::uint32_t, std::uint32_t>& names) {
    for (set_entry& entry : set.entries) {
        const auto found = names.find(entry.point);
        if (found != names.end()) entry.point = found->second;
    }
    std::sort(set.entries.begin(), set.entries.end(), [](const set_entry& a, const set_entry& b) {
        return std::tie(a.point, a.launch) < std::tie(b.point, b.launch);
    });
}

}  // namespace

std::uint32_t without_algorithm(std::uint32_t point, point_table& table) {
    packed_key key = table[point];
    key.words[static_cast<std::size_t>(key_word::algorithm)] = 0;
    return table.id_of(key);
}

void merge_chosen_algorithms(result_set& first, result_set& second, point_table& table) {
    std::map<std::uint32_t, variants> found;
    collect(first, 0, table, found);
    collect(second, 1, table, found);
    std::unordered_map<std::uint32_t, std::uint32_t> names;
    for (const auto& [reduced, here] : found) {
        if (here.apart || (here.points[0].size() < 2 && here.points[1].size() < 2)) continue;
        for (const auto& side : here.points) {
            for (const std::uint32_t point : side) names[point] = reduced;
        }
    }
    if (names.empty()) return;
    rename(first, names);
    rename(second, names);
}

}  // namespace railgauge
