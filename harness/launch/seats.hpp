// Who sits where: from each rank's host, the hosts' order and the ranks of each.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace railgauge {

/// The ranks of a job by host. Hosts are counted in the order of their lowest rank, so that rank 0
/// is on host 0; within a host, ranks are in order, so that local rank 0 is its lowest.
struct seating {
    std::vector<std::vector<std::int32_t>> ranks_of_host;
    std::vector<std::int32_t> host_of_rank;
    std::vector<std::int32_t> local_rank_of_rank;

    [[nodiscard]] int hosts() const noexcept { return static_cast<int>(ranks_of_host.size()); }
    /// The rank that speaks for the host of `rank`: its local rank 0.
    [[nodiscard]] int leader_of(int rank) const noexcept {
        const auto host = host_of_rank[static_cast<std::size_t>(rank)];
        return ranks_of_host[static_cast<std::size_t>(host)].front();
    }
};

/// `keys`: of each rank, what is equal on ranks of the same host and on no others. Any mapping of
/// ranks to hosts, also an uneven one.
[[nodiscard]] seating seat_ranks(std::span<const std::string> keys);

/// "0-2, 5 and 9-11", with at most `most` ranges and then how many more there are.
[[nodiscard]] std::string list_of_ranks(std::span<const std::int32_t> ascending,
                                        std::size_t most = 8);

}  // namespace railgauge
