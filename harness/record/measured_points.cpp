#include <iterator>

#include "harness/record/resume.hpp"

namespace railgauge {

// A point's place in its launch counts through all rounds, so that a whole soak is one interval.
std::int64_t measured_points::place_of(std::int64_t soak_round, std::int64_t index) const noexcept {
    return soak_round * points_per_round_ + index;
}

bool measured_points::add(std::int32_t launch, std::int64_t soak_round, std::int64_t index) {
    if (contains(launch, soak_round, index)) return false;
    auto& intervals = first_to_past_last_[launch];
    std::int64_t first = place_of(soak_round, index);
    std::int64_t past_last = first + 1;
    auto after = intervals.lower_bound(first);
    if (after != intervals.end() && after->first == past_last) {
        past_last = after->second;
        after = intervals.erase(after);
    }
    if (after != intervals.begin() && std::prev(after)->second == first) {
        std::prev(after)->second = past_last;
    } else {
        intervals.emplace_hint(after, first, past_last);
    }
    ++size_;
    return true;
}

bool measured_points::add(const point_record& point) {
    if (!point.place) return add(point.launch, point.soak_round, point.index);
    if (contains_row(point)) return false;
    const group_place& place = *point.place;
    const auto key = std::pair(point.launch, place_of(point.soak_round, point.index));
    open_point& open = open_[key];
    if (place.rounds > 0) open.rounds = place.rounds;
    std::set<std::string>& rows = open.rows[place.round];
    rows.insert(point.key.group);
    if (rows.size() >= static_cast<std::size_t>(place.concurrent)) {
        open.rows.erase(place.round);
        open.whole_rounds.insert(place.round);
    }
    if (open.rounds > 0 && open.whole_rounds.size() >= static_cast<std::size_t>(open.rounds)) {
        open_.erase(key);
        add(point.launch, point.soak_round, point.index);
    }
    return true;
}

bool measured_points::contains(std::int32_t launch, std::int64_t soak_round,
                               std::int64_t index) const {
    const auto found = first_to_past_last_.find(launch);
    if (found == first_to_past_last_.end()) return false;
    const std::int64_t place = place_of(soak_round, index);
    const auto after = found->second.upper_bound(place);
    return after != found->second.begin() && place < std::prev(after)->second;
}

const measured_points::open_point* measured_points::find_open(std::int32_t launch,
                                                              std::int64_t soak_round,
                                                              std::int64_t index) const {
    const auto found = open_.find({launch, place_of(soak_round, index)});
    return found == open_.end() ? nullptr : &found->second;
}

bool measured_points::contains_round(std::int32_t launch, std::int64_t soak_round,
                                     std::int64_t index, std::int32_t round) const {
    if (contains(launch, soak_round, index)) return true;
    const open_point* open = find_open(launch, soak_round, index);
    return open != nullptr && open->whole_rounds.contains(round);
}

bool measured_points::contains_row(const point_record& point) const {
    if (contains(point.launch, point.soak_round, point.index)) return true;
    if (!point.place) return false;
    const open_point* open = find_open(point.launch, point.soak_round, point.index);
    if (open == nullptr) return false;
    if (open->whole_rounds.contains(point.place->round)) return true;
    const auto rows = open->rows.find(point.place->round);
    return rows != open->rows.end() && rows->second.contains(point.key.group);
}

std::int32_t measured_points::first_open_round(std::int32_t launch, std::int64_t soak_round,
                                               std::int64_t index) const {
    std::int32_t round = 0;
    const open_point* open = find_open(launch, soak_round, index);
    while (open != nullptr && open->whole_rounds.contains(round)) ++round;
    return round;
}

}  // namespace railgauge
