// A job of several hosts, played on this one: a board for each host, loopback addresses, and a
// process for each rank, with the monitors' threads that real ranks have.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "harness/launch/hosts.hpp"

namespace railgauge {

/// How one rank's process ended.
struct played_rank {
    pid_t pid = 0;
    int exit_code = -1;  ///< -1: by a signal
    int signal = 0;
    bool hung = false;  ///< still there at the end of all patience
};

struct played_job {
    std::vector<played_rank> ranks;
    std::vector<std::string> told;                ///< verdicts, by whoever told them
    std::vector<std::vector<std::string>> notes;  ///< of each host's board
    std::vector<std::string> verdicts;            ///< on each host's board; empty: none
};

struct hosts_plan {
    std::vector<int> host_of_rank;  ///< counted in the order of each host's lowest rank
    board_limits limits{std::chrono::seconds(20), std::chrono::seconds(20)};
    std::chrono::seconds patience{90};  ///< until ranks that still live are ended
    /// Called in each rank before it joins; may change what it was given.
    std::function<void(host_seat&, std::optional<tree_seat>&)> before_joining;
    /// Called by the parent while ranks run, every 20 ms or so.
    std::function<void(const std::vector<std::shared_ptr<board>>&)> meanwhile;
    /// host and port of each host's listener, filled when the job starts.
    std::vector<std::string>* addresses = nullptr;
};

[[nodiscard]] std::vector<int> blocks_of(int hosts, int each);
[[nodiscard]] std::vector<int> cyclic_over(int hosts, int each);

/// Runs `body` on every rank, as run_rank_body does.
[[nodiscard]] played_job play(const hosts_plan& plan,
                              const std::function<exit_status(world&)>& body);

/// Every rank has left with this status, and no host has a verdict unless one is expected.
void expect_all(const played_job& job, int exit_code);

/// Fails the rank with words; gtest's own assertions would be lost with the forked process.
void require(bool condition, const std::string& what);

}  // namespace railgauge
