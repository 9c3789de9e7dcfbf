// Ranks on several hosts become one world. How they met (MPI, the environment) is over by then.
//
// The hosts' leaders, each host's local rank 0, form a tree: host 0 is the root, and the children
// of host h are the hosts tree_fan_out * h + 1 and following. The child makes the connection.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/launch/board.hpp"
#include "harness/launch/job_secret.hpp"
#include "harness/launch/tcp_listener.hpp"
#include "harness/launch/world.hpp"

namespace railgauge {

/// A collective call costs O(log hosts) steps to this base. Larger trees are flatter, but a leader
/// serves its children one after the other.
inline constexpr int tree_fan_out = 8;

/// Whose listener host `host` (from 1 on) connects to.
[[nodiscard]] constexpr int parent_of_host(int host) noexcept {
    return (host - 1) / tree_fan_out;
}

/// Where a rank sits, whatever the meeting.
struct host_seat {
    int rank = 0;
    int size = 1;
    int host = 0;   ///< this rank's, counted in the order of each host's lowest rank
    int hosts = 1;  ///< of the job
    int local_rank = 0;
    int local_size = 1;
    std::shared_ptr<board> where;          ///< the host's; cell i is local rank i's
    std::vector<std::int32_t> ranks_here;  ///< the job's ranks of this host, ascending
    std::string host_name;                 ///< empty: what gethostname says
};

/// What a host's leader needs to find its place in the tree.
struct tree_seat {
    tcp_listener listener;  ///< on the management network's address
    std::string parent;     ///< "address:port" of parent_of_host(host)'s listener; empty for host 0
    job_secret secret;      ///< the same in the whole job
    std::string version;    ///< of railgauge, told to the others; empty: this build's
};

/// This process becomes `seat.rank` of the job. Collective over the job; returns once all ranks
/// have joined. Local rank 0 of each host hands in `tree`, nobody does where there is one host
/// (then this is join_board). Throws capability_error where a peer host runs another version of
/// railgauge, deadline_error where one does not answer within the board's start limit; both name
/// the two hosts. `meeting` must be a literal: "mpi", "environment".
[[nodiscard]] std::unique_ptr<world> join_hosts(host_seat seat, std::optional<tree_seat> tree,
                                                std::string_view meeting);

}  // namespace railgauge
