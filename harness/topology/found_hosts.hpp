// What each host of a job found of itself, merged into one topology.
#pragma once

#include <string>
#include <vector>

#include "harness/topology/discover.hpp"
#include "harness/topology/found_host.hpp"

namespace railgauge {

/// A topology file for hosts in the order of their lowest ranks; `name` of each is the host's. One
/// host gives the file that it has by itself. Several are joined by one tier of their NICs, which
/// is all that hosts know of the network; where `facts.port` is given, `facts.nics` ports of this
/// rate stand for them. Hosts with other numbers of GPUs are kinds of their own; in all else a kind
/// is as most of its hosts are, and `notes` names those that differ, and in what. Throws
/// capability_error where no NIC's rate is known.
[[nodiscard]] std::string topology_from_hosts(const std::vector<found_host>& hosts,
                                              const fabric_facts& facts,
                                              std::vector<std::string>& notes);

}  // namespace railgauge
