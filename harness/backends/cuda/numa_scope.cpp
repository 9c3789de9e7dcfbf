#include "harness/backends/cuda/numa_scope.hpp"

#include <fmt/format.h>
#include <linux/mempolicy.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <charconv>

#include "harness/base/error.hpp"
#include "harness/machine/text_file.hpp"

namespace railgauge::cuda {

int node_of_device(const std::string& bus_id, const std::filesystem::path& root) {
    std::string name = bus_id;
    std::ranges::transform(name, name.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    const auto text = read_text(root / "sys/bus/pci/devices" / name / "numa_node");
    if (!text) return -1;
    int node = -1;
    const auto [end, wrong] = std::from_chars(text->data(), text->data() + text->size(), node);
    return wrong == std::errc{} && end == text->data() + text->size() ? std::max(node, -1) : -1;
}

numa_scope::numa_scope(int node, bool optional) {
    if (node < 0) return;
    const int wrong = bind(node);
    if (wrong == 0 || optional) return;
    throw system_error(fmt::format("set_mempolicy for NUMA node {}", node), wrong,
                       wrong == EPERM ? "containers often forbid it: bind the whole program by "
                                        "numactl or the launcher, and use --host-numa local"
                                      : "numactl -H shows the nodes there are");
}

int numa_scope::bind(int node) noexcept {
    constexpr int bits = 8 * sizeof(unsigned long);
    if (static_cast<unsigned long>(node) >= most_nodes) return EINVAL;
    // The kernel takes one bit less than it is told of.
    if (::syscall(SYS_get_mempolicy, &mode_before_, mask_before_.data(), most_nodes + 1, nullptr,
                  0UL) != 0) {
        return errno;
    }
    node_mask wanted{};
    wanted[static_cast<std::size_t>(node / bits)] = 1UL << (node % bits);
    if (::syscall(SYS_set_mempolicy, MPOL_BIND, wanted.data(), most_nodes + 1) != 0) return errno;
    active_ = true;
    return 0;
}

numa_scope::~numa_scope() {
    if (!active_) return;
    ::syscall(SYS_set_mempolicy, mode_before_, mask_before_.data(), most_nodes + 1);
}

}  // namespace railgauge::cuda
