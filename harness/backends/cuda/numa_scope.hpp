// On which NUMA node the memory comes to lie that a thread touches.
#pragma once

#include <array>
#include <filesystem>
#include <string>

namespace railgauge::cuda {

/// The node that the device of this PCI bus id hangs on; -1 where the system does not say it, or
/// has one node only. `root` is the folder that stands for /.
[[nodiscard]] int node_of_device(const std::string& bus_id,
                                 const std::filesystem::path& root = "/");

/// While it lives, pages that the calling thread touches first (and those that the driver makes for
/// it) come from `node`; a negative one leaves everything as it is. After it, the thread's policy
/// is what it was.
class numa_scope {
public:
    /// Throws system_error where the node does not exist or the system forbids it, unless
    /// `optional`: then `active` tells.
    numa_scope(int node, bool optional);
    ~numa_scope();
    numa_scope(const numa_scope&) = delete;
    numa_scope& operator=(const numa_scope&) = delete;

    [[nodiscard]] bool active() const noexcept { return active_; }

private:
    static constexpr unsigned long most_nodes = 1024;
    using node_mask = std::array<unsigned long, most_nodes / (8 * sizeof(unsigned long))>;

    /// 0, or errno's number.
    [[nodiscard]] int bind(int node) noexcept;

    int mode_before_ = 0;
    node_mask mask_before_{};
    bool active_ = false;
};

}  // namespace railgauge::cuda
