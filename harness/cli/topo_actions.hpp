// What `railgauge topo` does with its words.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "harness/base/exit_status.hpp"

namespace railgauge {

struct topo_options {
    std::string action;              ///< bound, show, diff, path, discover
    std::vector<std::string> words;  ///< files or names of topologies; of path: also two ranks
    std::vector<std::string> operations{"all_reduce"};
    std::string bytes = "8..16G";
    std::optional<std::int64_t> ranks;  ///< none: one on each GPU
    std::string placement = "natural";
    std::int64_t root = 0;
    std::string memory = "device";
    std::string from;  ///< discover: nccl-xml, hwloc, ibnetdiscover, slurm; empty: this machine
    std::string port;
    std::int64_t nics = 1;
    std::int64_t gpus_per_host = 0;
    std::string name = "cluster";
    std::string meeting;  ///< discover: how ranks that something started meet; empty: found
    std::string management;
    bool json = false;
    bool sources = false;
};

/// Each prints on standard output. Throws usage_error, input_error and system_error.
exit_status topo_bound(const topo_options& options);
exit_status topo_show(const topo_options& options);
exit_status topo_diff(const topo_options& options);
exit_status topo_path(const topo_options& options);
exit_status topo_discover(const topo_options& options);

}  // namespace railgauge
