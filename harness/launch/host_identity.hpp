// What tells one host from another, so that ranks which can share memory find each other.
#pragma once

#include <string>

namespace railgauge {

/// A host in the sense of a world: processes with equal identities see each other's processes and
/// may share memory. Two containers of one machine, and two emulated hosts of one kernel, are two.
struct host_identity {
    std::string name;     ///< gethostname
    std::string boot_id;  ///< of the kernel that runs now
    std::string pid_namespace;
    std::string ipc_namespace;

    /// Of the calling process. What cannot be read is empty, the same for all ranks of a host.
    [[nodiscard]] static host_identity here();
    friend bool operator==(const host_identity&, const host_identity&) = default;
    friend auto operator<=>(const host_identity&, const host_identity&) = default;
};

}  // namespace railgauge
