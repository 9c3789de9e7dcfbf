// What a topology says about measured points: their bound, the share of it, and what was expected.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "harness/record/point_record.hpp"
#include "harness/topology/bound.hpp"
#include "harness/topology/model.hpp"

namespace railgauge {

/// Where a rank of the job runs.
struct bound_seat {
    std::string host;
    int local_rank = 0;
};

/// Throws usage_error where the topology has fewer GPUs than there are `ranks`, or no host with as
/// many as there are `ranks_here`, on one host (0: not known). Before ranks start, all that can be
/// said.
void refuse_ranks_without_seats(const topology& all, int ranks, int ranks_here);

class point_bounds {
public:
    /// `seats` by rank. Hosts are the topology's hosts in the order of their lowest ranks, and a
    /// rank sits on the GPU of its local rank, or, where it drives several, on those from local
    /// rank x so many on. Throws usage_error where the topology has fewer hosts, or hosts with
    /// fewer GPUs.
    point_bounds(std::shared_ptr<const topology> all, const std::vector<bound_seat>& seats);

    /// Fills bound_us and what stands beside it, of rows of the world, of pairs and of a host's
    /// ranks; others get the reason why they have none. A row that beats its bound says what in the
    /// topology file must be wrong.
    void fill(point_record& row);

private:
    struct members {
        rank_placement_rule placement;
        occupied_tree used;
        std::vector<std::int64_t> gpus;  ///< by rank of the group
    };

    /// Where a rank sits in the topology.
    struct seat_in_host {
        std::int64_t first_gpu = 0;  ///< of the host
        std::int64_t gpus = 0;       ///< that it has
        std::int64_t local_rank = 0;
    };

    /// By rank of the group, of which a process with several GPUs has several.
    [[nodiscard]] std::optional<std::vector<std::int64_t>> gpus_of(const point_record& row) const;
    const members& members_of(const point_record& row, const std::vector<std::int64_t>& gpus);

    std::shared_ptr<const topology> all_;
    std::vector<bound_seat> seats_;
    std::vector<seat_in_host> places_;  ///< by rank of the job
    std::map<std::string, members> known_;
};

}  // namespace railgauge
