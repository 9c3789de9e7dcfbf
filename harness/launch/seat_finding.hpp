// What ranks settle when they meet, whatever carries their words: that they run the same program,
// who sits on which host, each host's board, and the hosts' places in the tree.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "harness/launch/assembly.hpp"
#include "harness/launch/board.hpp"
#include "harness/launch/host_identity.hpp"
#include "harness/launch/hosts.hpp"
#include "harness/launch/job_secret.hpp"
#include "harness/launch/seats.hpp"

namespace railgauge {

/// How a rank comes to the meeting; the same on all ranks but for `host` and `management`.
struct meeting_wishes {
    board_limits limits;
    std::string version;     ///< of this program; ranks of another one are refused
    std::string management;  ///< interface, network or address to listen on; empty: found
    std::string target;      ///< rank 0's address where that is known before; else empty
    host_identity host = host_identity::here();
    std::optional<job_secret> secret;  ///< none: rank 0 makes one and hands it out
};

/// One host of a job, as rank 0 knows it.
struct met_host {
    std::string name;
    int first_rank = 0;
    int ranks = 0;
    std::string management;  ///< "address:port" of its leader's listener; empty with one host
};

struct met_ranks {
    host_seat seat;
    std::optional<tree_seat> tree;  ///< of leaders, where there are several hosts
    std::vector<met_host> hosts;    ///< at rank 0 only
};

/// Version and build, so that two builds of one version are told apart.
[[nodiscard]] std::string version_to_compare();

/// One rank's part in a meeting.
class seat_finding {
public:
    /// `ranks` outlives this.
    seat_finding(assembly& ranks, meeting_wishes wishes);

    /// Collective, the first thing that ranks do: who sits where. The board is not there yet.
    /// Throws capability_error, on every rank, where two run different versions (both are named).
    const host_seat& find_seat();

    /// Collective: each host's leader makes its board and, with several hosts, its listener.
    /// Throws, on every rank, the first failure of any rank.
    [[nodiscard]] met_ranks share_boards();

private:
    [[nodiscard]] std::vector<std::string> seat_all(std::span<const std::string> messages);
    [[nodiscard]] std::vector<std::string> show_boards(std::span<const std::string> messages);
    void require_success(std::span<const std::string> messages) const;

    assembly& ranks_;
    meeting_wishes wishes_;
    met_ranks found_;
    seating seats_;  ///< at rank 0 only
};

}  // namespace railgauge
