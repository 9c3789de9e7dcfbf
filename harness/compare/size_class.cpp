#include "harness/compare/size_class.hpp"

#include <cmath>
#include <limits>
#include <map>
#include <utility>

namespace railgauge {
namespace {

void fill_means(point_class& into, const joined_sets& joined) {
    into.log_ratios.assign(joined.pairs, std::numeric_limits<double>::quiet_NaN());
    for (std::size_t pair = 0; pair < joined.pairs; ++pair) {
        const double* const row = &joined.log_ratios[pair * joined.points.size()];
        double sum = 0;
        std::size_t n = 0;
        for (const std::uint32_t member : into.members) {
            if (std::isnan(row[member])) continue;
            sum += row[member];
            ++n;
        }
        if (n > 0) into.log_ratios[pair] = sum / static_cast<double>(n);
    }
}

}  // namespace

size_class class_of(std::uint64_t bytes) noexcept {
    if (bytes <= (1U << 13)) return size_class::up_to_8_kib;
    return bytes <= (1U << 20) ? size_class::up_to_1_mib : size_class::above_1_mib;
}

std::string_view name_of(size_class which) noexcept {
    switch (which) {
        case size_class::up_to_8_kib: return "up to 8 KiB";
        case size_class::up_to_1_mib: return "up to 1 MiB";
        case size_class::above_1_mib: return "above 1 MiB";
    }
    return "";
}

std::vector<point_class> classes_of(const joined_sets& joined, const point_table& table) {
    using members_of = std::vector<std::uint32_t>;
    std::map<std::pair<std::uint32_t, size_class>, members_of> by_word;
    members_of all;
    for (std::uint32_t i = 0; i < joined.points.size(); ++i) {
        const packed_key& key = table[joined.points[i].first];
        by_word[{key.words[static_cast<std::size_t>(key_word::op)], class_of(key.bytes)}].push_back(
            i);
        all.push_back(i);
    }
    std::map<std::pair<std::string, size_class>, members_of> found;
    std::map<std::string, members_of> operations;
    for (auto& [word, members] : by_word) {
        const std::string& op = table.text(word.first);
        members_of& of_op = operations[op];
        of_op.insert(of_op.end(), members.begin(), members.end());
        found[{op, word.second}] = std::move(members);
    }
    std::vector<point_class> classes;
    for (auto& [name, members] : found) {
        classes.push_back({name.first, std::string(name_of(name.second)), std::move(members), {}});
    }
    const std::size_t fine = classes.size();
    for (auto& [op, members] : operations) {
        std::size_t sizes = 0;
        for (std::size_t i = 0; i < fine; ++i) sizes += classes[i].op == op ? 1 : 0;
        if (sizes > 1) classes.push_back({op, "", std::move(members), {}});
    }
    if (operations.size() > 1) classes.push_back({"", "", std::move(all), {}});
    for (point_class& one : classes) fill_means(one, joined);
    return classes;
}

}  // namespace railgauge
