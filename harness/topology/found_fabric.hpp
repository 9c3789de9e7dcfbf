// Groups of hosts and of groups, as fabric tools show them, turned into a topology file.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "harness/topology/discover.hpp"

namespace railgauge {

/// One switching group. Groups that compare equal are of one kind.
struct found_group {
    std::int64_t hosts = 0;                ///< directly below; 0 where it has groups
    std::map<int, std::int64_t> contains;  ///< kinds below, by index, and how many
    std::int64_t ports = 1;                ///< of a host, on all planes
    std::int64_t planes = 1;
    double port_gbps = 0;      ///< of a host's port
    std::int64_t uplinks = 0;  ///< 0: as much as comes in is assumed
    double uplink_gbps = 0;

    friend bool operator==(const found_group&, const found_group&) = default;
};

/// Kinds stand before what contains them; the last is the whole fabric.
struct found_fabric {
    std::vector<found_group> kinds;

    /// The index of a kind like this one, added where it is new.
    int kind_of(const found_group& group);
};

[[nodiscard]] std::string topology_text(const found_fabric& fabric, const fabric_facts& facts,
                                        const char* medium, const std::string& source);

}  // namespace railgauge
