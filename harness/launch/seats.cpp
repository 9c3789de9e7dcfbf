#include "harness/launch/seats.hpp"

#include <fmt/format.h>

#include <unordered_map>

namespace railgauge {

seating seat_ranks(std::span<const std::string> keys) {
    seating seats;
    std::unordered_map<std::string, std::int32_t> host_of_key;
    for (const std::string& key : keys) {
        const auto next = static_cast<std::int32_t>(seats.ranks_of_host.size());
        const auto [found, is_new] = host_of_key.try_emplace(key, next);
        if (is_new) {
            seats.ranks_of_host.emplace_back();
        }
        auto& here = seats.ranks_of_host[static_cast<std::size_t>(found->second)];
        seats.local_rank_of_rank.push_back(static_cast<std::int32_t>(here.size()));
        here.push_back(static_cast<std::int32_t>(seats.host_of_rank.size()));
        seats.host_of_rank.push_back(found->second);
    }
    return seats;
}

std::string list_of_ranks(std::span<const std::int32_t> ascending, std::size_t most) {
    std::vector<std::string> ranges;
    std::size_t named = 0;
    for (std::size_t first = 0; first < ascending.size() && ranges.size() < most;) {
        std::size_t last = first;
        while (last + 1 < ascending.size() && ascending[last + 1] == ascending[last] + 1) {
            ++last;
        }
        ranges.push_back(first == last ? fmt::format("{}", ascending[first])
                                       : fmt::format("{}-{}", ascending[first], ascending[last]));
        named += last - first + 1;
        first = last + 1;
    }
    std::string text;
    const bool all = named == ascending.size();
    for (std::size_t i = 0; i < ranges.size(); ++i) {
        const bool is_last = i + 1 == ranges.size();
        text += (i == 0 ? "" : is_last && all ? " and " : ", ") + ranges[i];
    }
    return all ? text : fmt::format("{} and {} more", text, ascending.size() - named);
}

}  // namespace railgauge
