// A cluster as it was declared: kinds of groups inside each other, all groups of a kind alike. So a
// million GPUs are a few tiers, and everything about them is computed from coordinates.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace railgauge {

enum class routing_kind : std::uint8_t { fixed, ecmp, adaptive };  ///< fixed is "static" in files
enum class medium_kind : std::uint8_t { nvlink, pcie, memory, infiniband, ethernet, wan };

[[nodiscard]] std::string_view name_of(routing_kind kind) noexcept;
[[nodiscard]] std::string_view name_of(medium_kind kind) noexcept;

/// Inside a host or an NVLink domain, between hosts, or between sites: tiers go outwards.
[[nodiscard]] int reach_of(medium_kind kind) noexcept;

/// One level of switching: its groups have `members` of what the tier below makes, or GPUs.
struct tier {
    std::string name;
    medium_kind medium = medium_kind::infiniband;
    routing_kind routing = routing_kind::fixed;
    std::int64_t members = 0;
    double port_gbps = 0;     ///< GB/s, each direction, of one port of one member
    std::int64_t ports = 1;   ///< of one member, on all planes together
    std::int64_t planes = 1;  ///< rails: switches that are not joined within this tier
    std::int64_t switches = 1;
    double latency_us = 0;        ///< one way, between GPUs whose paths turn here
    bool reduces = false;         ///< sums in the network
    double member_gbps = 0;       ///< all ports of a member; 0: each kind of member has its own
    std::int64_t uplinks = 0;     ///< of one group; 0: not counted, or nothing above
    double uplink_gbps = 0;       ///< of one uplink
    double up_gbps = 0;           ///< out of one group, each direction; 0: nothing above
    double oversubscription = 0;  ///< what members can send over what leaves; 0: nothing above
    std::string source;           ///< of its figures, one text
};

struct gpu_part {
    double port_gbps = 0;  ///< GB/s, each direction, into the tier that joins GPUs
    double power_w = 0;    ///< 0: not said
    std::string source;
};

struct nic_part {
    double port_gbps = 0;
    std::string source;
};

struct node_part {
    std::string gpu;
    std::int64_t gpus = 1;
    std::string nic;
    std::int64_t nics = 0;
    double rest_power_w = 0;  ///< of all that is not a GPU, for each GPU; 0: not said
    std::string source;
};

/// So many groups of one kind inside a group of another.
struct contained {
    std::size_t stack = 0;  ///< index in topology::stacks
    std::int64_t count = 0;
    double gbps = 0;  ///< what one of them has towards the tier that joins them, each direction
};

/// One kind of group: tiers from the innermost outwards, over GPUs or over other kinds.
struct stack {
    std::string name;
    std::string node;                 ///< the part it is made of; empty where it contains others
    std::vector<contained> contains;  ///< empty: GPUs
    std::vector<tier> tiers;          ///< at least one
    std::int64_t gpus = 0;            ///< in one group of the outermost tier
    std::int64_t gpus_per_host = 1;   ///< 0 where it contains others
};

struct topology {
    std::string name;
    std::string description;
    std::string unit = "gpu";  ///< what a rank sits on: "gpu", or "rank" where there is none
    std::map<std::string, gpu_part> gpus;
    std::map<std::string, nic_part> nics;
    std::map<std::string, node_part> nodes;
    std::vector<stack> stacks;  ///< what is contained stands before what contains it
    std::string hash;           ///< of the file's text

    /// The whole cluster.
    [[nodiscard]] const stack& root() const { return stacks.back(); }
};

/// GPUs in one group of `level` of a stack (level 0: its innermost tier). For level -1, one member
/// of the innermost tier where these are GPUs: 1.
[[nodiscard]] std::int64_t gpus_in_group(const topology& all, std::size_t stack, int level);

}  // namespace railgauge
