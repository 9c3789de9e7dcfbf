// Who is in which group after a split.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace railgauge {

/// What a rank wishes for.
struct split_wish {
    std::int32_t color;
    std::int32_t key;
    std::int32_t rank;  ///< in the group that is split
    std::int32_t host;
};

/// The members of the group of `color`, in its order: by key, then by rank.
[[nodiscard]] std::vector<split_wish> members_of(std::span<const split_wish> wishes, int color);

/// Where one member sits within its group.
struct split_seat {
    int rank = 0;
    int size = 0;
    int host = 0;  ///< in the order of each host's lowest rank of the group
    int hosts = 0;
    int local_rank = 0;
    std::vector<std::int32_t> ranks_here;  ///< of the group, ascending
    std::vector<std::int32_t> leaders;     ///< of the group, of each host's lowest rank
};

/// `rank` is the one in the group that is split; it must be among the members.
[[nodiscard]] split_seat seat_of(std::span<const split_wish> members, int rank);

}  // namespace railgauge
