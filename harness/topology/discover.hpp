// Topology files from what tools say about a host or a fabric. All take text that anyone may have
// written: what is no such output is an input_error with its place, never a crash.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "harness/topology/found_host.hpp"

namespace railgauge {

class nvml;

/// The host of the file that NCCL_TOPO_DUMP_FILE writes.
[[nodiscard]] found_host host_from_nccl_xml(std::string_view text, const std::string& file);

/// The host of hwloc's XML (`lstopo --of xml`).
[[nodiscard]] found_host host_from_hwloc_xml(std::string_view text, const std::string& file);

/// This host: hwloc's view of it, with the rates of its network devices from /sys/class/net and
/// /sys/class/infiniband below `root`. Throws capability_error where hwloc fails.
[[nodiscard]] found_host discover_this_host(const std::filesystem::path& root = "/");

/// Adds what the driver says of the host's GPUs: names, the NVLinks that are up, and the widest
/// PCIe link each has here. GPUs that it alone sees are added.
void add_gpus_of_driver(const nvml& driver, found_host& host);

/// A topology file for it, which parses.
[[nodiscard]] std::string topology_text(const found_host& host);

/// What text cannot say of a fabric.
struct fabric_facts {
    std::string name = "cluster";
    std::int64_t gpus_per_host = 0;  ///< 0: as many as NICs, else 1
    std::string port;                ///< of a NIC: "400Gb/s"; where the text has no rates
    std::int64_t nics = 1;           ///< of a host, where the text does not say
};

/// A topology file from the output of `ibnetdiscover`: leaves that serve the same hosts are the
/// planes of one group, also where a few hosts (of storage, say) are on some of them only, and what
/// is above the leaves is one tier. Groups that differ become kinds of their own, and `notes` names
/// the hosts that differ from most. Throws input_error.
[[nodiscard]] std::string topology_from_ibnetdiscover(std::string_view text,
                                                      const std::string& file,
                                                      const fabric_facts& facts,
                                                      std::vector<std::string>& notes);

/// A topology file from Slurm's topology.conf (topology/tree). It has no rates: `facts.port` is
/// needed, and uplinks are taken to be as many as the nodes' ports, which is said. Throws
/// input_error and usage_error.
[[nodiscard]] std::string topology_from_slurm(std::string_view text, const std::string& file,
                                              const fabric_facts& facts,
                                              std::vector<std::string>& notes);

}  // namespace railgauge
