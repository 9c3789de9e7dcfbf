// What this host is, for topologies.
#pragma once

#include <string>

#include "harness/topology/found_host.hpp"
#include "harness/topology/model.hpp"

namespace railgauge {

/// hwloc's and the kernel's view, and where there is a GPU driver, what it knows besides; it is
/// asked in a child, so that ranks can be forked afterwards. The caller must not have threads.
/// Throws capability_error as discover_this_host does.
[[nodiscard]] found_host this_host();

/// The topology of a name or a file; "this-machine" is this_host(). Throws as find_topology and
/// read_topology do.
[[nodiscard]] topology cluster_named(const std::string& name);

}  // namespace railgauge
