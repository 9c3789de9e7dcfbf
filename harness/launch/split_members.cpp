#include "harness/launch/split_members.hpp"

#include <algorithm>
#include <utility>

namespace railgauge {

std::vector<split_wish> members_of(std::span<const split_wish> wishes, int color) {
    std::vector<split_wish> members;
    for (const split_wish& wish : wishes) {
        if (wish.color == color) {
            members.push_back(wish);
        }
    }
    std::sort(members.begin(), members.end(), [](const split_wish& a, const split_wish& b) {
        return std::pair(a.key, a.rank) < std::pair(b.key, b.rank);
    });
    return members;
}

split_seat seat_of(std::span<const split_wish> members, int rank) {
    split_seat seat;
    seat.size = static_cast<int>(members.size());
    const auto me = std::find_if(members.begin(), members.end(),
                                 [&](const split_wish& wish) { return wish.rank == rank; });
    seat.rank = static_cast<int>(me - members.begin());
    std::vector<std::int32_t> hosts;
    for (std::size_t i = 0; i < members.size(); ++i) {
        const std::int32_t host = members[i].host;
        if (std::find(hosts.begin(), hosts.end(), host) == hosts.end()) {
            hosts.push_back(host);
            seat.leaders.push_back(static_cast<std::int32_t>(i));
        }
        if (host == me->host) {
            seat.ranks_here.push_back(static_cast<std::int32_t>(i));
        }
    }
    seat.hosts = static_cast<int>(hosts.size());
    seat.host = static_cast<int>(std::find(hosts.begin(), hosts.end(), me->host) - hosts.begin());
    seat.local_rank =
        static_cast<int>(std::find(seat.ranks_here.begin(), seat.ranks_here.end(), seat.rank) -
                         seat.ranks_here.begin());
    return seat;
}

}  // namespace railgauge
