// Network interfaces of this host that lose their link while a job runs.
#pragma once

#include <set>
#include <string>
#include <vector>

namespace railgauge {

/// As the kernel says it (IFF_RUNNING: the interface is up and has a carrier), asked in this
/// process's network namespace. Costs a system call or two for each interface.
class link_watch {
public:
    link_watch();

    /// What changed since the last question: "eth1 has lost its link", "eth1 has its link again".
    /// Nothing where the kernel does not answer.
    [[nodiscard]] std::vector<std::string> changes();

private:
    std::set<std::string> at_first_;  ///< that had a link
    std::set<std::string> lost_;      ///< of those
};

}  // namespace railgauge
