#include "harness/compare/join.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <limits>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "harness/compare/definition.hpp"

namespace railgauge {
namespace {

constexpr std::size_t nowhere = std::numeric_limits<std::size_t>::max();

// Where each point's entries begin in a set; they end where another point's do.
class side {
public:
    side(const result_set& of, std::size_t points) : set(of), begin_(points, nowhere) {
        for (std::size_t at = 0; at < set.entries.size(); ++at) {
            const std::uint32_t point = set.entries[at].point;
            if (at > 0 && set.entries[at - 1].point == point) continue;
            points_.push_back(point);
            begin_[point] = at;
        }
    }

    [[nodiscard]] bool has(std::uint32_t point) const {
        return point < begin_.size() && begin_[point] != nowhere;
    }
    [[nodiscard]] const std::vector<std::uint32_t>& points() const { return points_; }

    template <typename Visit>
    void for_each(std::uint32_t point, Visit visit) const {
        for (std::size_t at = begin_[point]; at < set.entries.size(); ++at) {
            if (set.entries[at].point != point) return;
            visit(set.entries[at]);
        }
    }

    const result_set& set;

private:
    std::vector<std::uint32_t> points_;
    std::vector<std::size_t> begin_;
};

packed_key without_algorithm(packed_key key) {
    key.words[static_cast<std::size_t>(key_word::algorithm)] = 0;
    return key;
}

// The points of a side that nothing else of that side equals in what `reduce` leaves.
std::unordered_map<std::uint32_t, std::uint32_t> unique_by(
    const std::vector<std::uint32_t>& points, point_table& table,
    const std::function<packed_key(packed_key)>& reduce, bool keep_first) {
    std::unordered_map<std::uint32_t, std::uint32_t> found;
    std::unordered_map<std::uint32_t, int> times;
    for (const std::uint32_t point : points) {
        const std::uint32_t reduced = table.id_of(reduce(table[point]));
        found.emplace(reduced, point);
        ++times[reduced];
    }
    if (!keep_first) {
        std::erase_if(found, [&](const auto& entry) { return times[entry.first] > 1; });
    }
    return found;
}

class joiner {
public:
    joiner(const result_set& first, const result_set& second, point_table& table)
        : first_(first, table.size()), second_(second, table.size()), table_(table) {}

    joined_sets run() {
        match_equal();
        match_algorithms();
        name_definitions();
        result_.pairs = std::min(first_.set.launches.size(), second_.set.launches.size());
        fill();
        count_other_starts();
        result_.interleaved = take_turns();
        return std::move(result_);
    }

private:
    void match_equal() {
        for (const std::uint32_t point : first_.points()) {
            if (second_.has(point)) {
                result_.points.push_back({point, point});
            } else {
                result_.only_first.push_back(point);
            }
        }
        for (const std::uint32_t point : second_.points()) {
            if (!first_.has(point)) result_.only_second.push_back(point);
        }
    }

    // The rest where each side ran one algorithm: which one is chosen is part of what is compared.
    void match_algorithms() {
        if (result_.only_first.empty() || result_.only_second.empty()) return;
        const auto a = unique_by(result_.only_first, table_, without_algorithm, false);
        const auto b = unique_by(result_.only_second, table_, without_algorithm, false);
        std::vector<joined_point> found;
        for (const auto& [reduced, point] : a) {
            const auto other = b.find(reduced);
            if (other != b.end()) found.push_back({point, other->second});
        }
        std::unordered_set<std::uint32_t> matched;
        for (const joined_point& point : found) matched.insert({point.first, point.second});
        const auto done = [&matched](std::uint32_t point) { return matched.contains(point); };
        std::erase_if(result_.only_first, done);
        std::erase_if(result_.only_second, done);
        std::sort(found.begin(), found.end(),
                  [](const joined_point& x, const joined_point& y) { return x.first < y.first; });
        result_.points.insert(result_.points.end(), found.begin(), found.end());
    }

    void name_definitions() {
        if (result_.only_first.empty() || result_.only_second.empty()) return;
        const auto b = unique_by(result_.only_second, table_, without_definition, true);
        for (const std::uint32_t point : result_.only_first) {
            const auto other = b.find(table_.id_of(without_definition(table_[point])));
            if (other == b.end()) continue;
            ++result_
                  .definitions[definition_difference(table_[point], table_[other->second], table_)];
        }
    }

    // Points that lack pairs which the same thing has with the other start.
    void count_other_starts() {
        const std::array<std::uint32_t, 2> starts{table_.word_id(key_word::start, "clock"),
                                                  table_.word_id(key_word::start, "barrier")};
        const auto began_otherwise = [&](std::uint32_t point) {
            packed_key key = table_[point];
            std::uint32_t& start = key.words[static_cast<std::size_t>(key_word::start)];
            if (start != starts[0] && start != starts[1]) return false;
            start = start == starts[0] ? starts[1] : starts[0];
            const auto other = table_.find(key);
            return other && (first_.has(*other) || second_.has(*other));
        };
        for (std::size_t i = 0; i < result_.points.size(); ++i) {
            const auto [a, b] = result_.points[i];
            if (!lacks_pairs(i)) continue;
            result_.began_otherwise += began_otherwise(a) || began_otherwise(b) ? 1 : 0;
        }
    }

    [[nodiscard]] bool lacks_pairs(std::size_t i) const {
        const auto& all = result_.log_ratios;
        for (std::size_t at = i; at < all.size(); at += result_.points.size()) {
            if (std::isnan(all[at])) return true;
        }
        return false;
    }

    void fill() {
        const std::size_t points = result_.points.size();
        result_.log_ratios.assign(result_.pairs * points, std::numeric_limits<double>::quiet_NaN());
        std::vector<const set_entry*> others(first_.set.launches.size());
        for (std::size_t i = 0; i < points; ++i) {
            std::fill(others.begin(), others.end(), nullptr);
            first_.for_each(result_.points[i].first,
                            [&](const set_entry& entry) { others[entry.launch] = &entry; });
            second_.for_each(result_.points[i].second, [&](const set_entry& entry) {
                if (entry.launch >= result_.pairs || others[entry.launch] == nullptr) return;
                result_.log_ratios[entry.launch * points + i] =
                    log_ratio(*others[entry.launch], entry);
            });
        }
    }

    // NaN where the first side has no time.
    [[nodiscard]] double log_ratio(const set_entry& a, const set_entry& b) const {
        const std::uint32_t rounds = std::min(a.rounds, b.rounds);
        const double base = time_after(first_.set, a, rounds);
        if (!(base > 0)) return std::numeric_limits<double>::quiet_NaN();
        return std::log(time_after(second_.set, b, rounds) / base);
    }

    // More than half of the pairs begin before the next pair's both sides.
    [[nodiscard]] bool take_turns() const {
        const auto& a = first_.set.launches;
        const auto& b = second_.set.launches;
        std::size_t in_turn = 0;
        for (std::size_t i = 0; i + 1 < result_.pairs; ++i) {
            in_turn += std::max(a[i].at, b[i].at) < std::min(a[i + 1].at, b[i + 1].at) ? 1 : 0;
        }
        return result_.pairs > 1 && 2 * in_turn > result_.pairs - 1;
    }

    side first_;
    side second_;
    point_table& table_;
    joined_sets result_;
};

}  // namespace

joined_sets join(const result_set& first, const result_set& second, point_table& table) {
    return joiner(first, second, table).run();
}

}  // namespace railgauge
