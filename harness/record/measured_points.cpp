#include <iterator>

#include "harness/record/resume.hpp"

namespace railgauge {

// A point's place in its launch counts through all rounds, so that a whole soak is one interval.
bool measured_points::add(std::int32_t launch, std::int64_t soak_round, std::int64_t index) {
    if (contains(launch, soak_round, index)) return false;
    auto& intervals = first_to_past_last_[launch];
    std::int64_t first = soak_round * points_per_round_ + index;
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

bool measured_points::contains(std::int32_t launch, std::int64_t soak_round,
                               std::int64_t index) const {
    const auto found = first_to_past_last_.find(launch);
    if (found == first_to_past_last_.end()) return false;
    const std::int64_t place = soak_round * points_per_round_ + index;
    const auto after = found->second.upper_bound(place);
    return after != found->second.begin() && place < std::prev(after)->second;
}

}  // namespace railgauge
