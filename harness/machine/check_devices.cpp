#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <fstream>
#include <iterator>

#include "harness/machine/check_list.hpp"
#include "harness/machine/pci.hpp"
#include "harness/machine/text_file.hpp"

namespace railgauge {
namespace {

namespace fs = std::filesystem;

void check_gpus(const std::vector<pci_device>& devices, const fs::path& root,
                std::vector<check>& found) {
    const auto on_bus =
        std::ranges::count_if(devices, [](const pci_device& each) { return each.is_nvidia_gpu(); });
    const auto driver = read_text(root / "sys/module/nvidia/version");
    int nodes = 0;
    for (const std::string& name : names_in(root / "dev")) {
        if (name.size() > 6 && name.starts_with("nvidia") &&
            name.find_first_not_of("0123456789", 6) == std::string::npos) {
            ++nodes;
        }
    }
    if (on_bus == 0 && nodes == 0) {
        found.push_back({"gpus", check_status::ok,
                         "no NVIDIA GPU: what runs is measured between processors", ""});
    } else if (!driver) {
        found.push_back(
            {"gpus", check_status::warning,
             fmt::format("{} NVIDIA GPUs on the bus, but their driver is not loaded", on_bus),
             "install the driver, or modprobe nvidia"});
    } else if (nodes == 0) {
        found.push_back(
            {"gpus", check_status::warning,
             fmt::format("NVIDIA driver {} is loaded, but no /dev/nvidia<n> is here", *driver),
             "give the container its GPUs (docker: --gpus all)"});
    } else {
        found.push_back({"gpus", check_status::ok,
                         fmt::format("{} NVIDIA GPUs, driver {}", nodes, *driver), ""});
    }
}

void check_infiniband(const fs::path& root, std::vector<check>& found) {
    const fs::path devices = root / "sys/class/infiniband";
    std::vector<std::string> active;
    std::vector<std::string> idle;
    for (const std::string& name : names_in(devices)) {
        for (const std::string& port : names_in(devices / name / "ports")) {
            const fs::path folder = devices / name / "ports" / port;
            const std::string state = read_text(folder / "state").value_or("state unknown");
            const bool is_active = state.find("ACTIVE") != std::string::npos;
            (is_active ? active : idle)
                .push_back(fmt::format(
                    "{}:{} ({})", name, port,
                    is_active ? read_text(folder / "rate").value_or("rate unknown") : state));
        }
    }
    if (active.empty() && idle.empty()) return;
    std::string finding = fmt::format("InfiniBand ports active: {}", fmt::join(active, ", "));
    if (active.empty()) finding = "no InfiniBand port is active";
    if (!idle.empty()) finding += fmt::format("; not active: {}", fmt::join(idle, ", "));
    found.push_back(
        {"infiniband", idle.empty() ? check_status::ok : check_status::warning, finding,
         idle.empty() ? "" : "check the cable, the switch's port and the subnet manager"});
}

/// Whether DMA of a device is translated: its group's type is neither "identity" nor absent.
void check_iommu(const std::vector<pci_device>& movers, std::vector<check>& found) {
    std::vector<std::string> translated;
    bool known = false;
    for (const pci_device& each : movers) {
        const auto type = read_text(each.folder / "iommu_group/type");
        if (!type) continue;
        known = true;
        if (*type != "identity") translated.push_back(fmt::format("{} ({})", each.address, *type));
    }
    if (translated.empty()) {
        found.push_back({"iommu", check_status::ok,
                         known ? "the IOMMU passes GPUs and network adapters through"
                               : "no IOMMU group holds the GPUs and network adapters",
                         ""});
        return;
    }
    found.push_back({"iommu", check_status::warning,
                     fmt::format("the IOMMU translates DMA of {}", fmt::join(translated, ", ")),
                     "peer-to-peer transfers slow down or fail: boot with iommu=pt, or turn the "
                     "IOMMU off"});
}

void check_access_control(const std::vector<pci_device>& devices, std::vector<check>& found) {
    std::vector<std::string> redirecting;
    int bridges = 0;
    int unreadable = 0;
    for (const pci_device& each : devices) {
        if (!each.is_bridge()) continue;
        ++bridges;
        // Read raw: the configuration space is no text, and its white space matters.
        std::ifstream in(each.folder / "config", std::ios::binary);
        const std::string space{std::istreambuf_iterator<char>(in), {}};
        const auto redirects = redirects_peers(space);
        if (!redirects) ++unreadable;
        if (redirects.value_or(false)) redirecting.push_back(each.address);
    }
    if (bridges == 0) return;
    if (!redirecting.empty()) {
        found.push_back(
            {"acs", check_status::warning,
             fmt::format("Access Control Services redirect peer-to-peer traffic on {} of {} PCI "
                         "bridges: {}",
                         redirecting.size(), bridges, fmt::join(redirecting, ", ")),
             "GPUs and network adapters then talk through the root complex: turn ACS off in the "
             "firmware, or with setpci on these bridges"});
    } else if (unreadable > 0) {
        found.push_back({"acs", check_status::unknown,
                         fmt::format("the settings of {} of {} PCI bridges cannot be read",
                                     unreadable, bridges),
                         "run railgauge doctor as root to see whether ACS redirects traffic"});
    } else {
        found.push_back(
            {"acs", check_status::ok,
             fmt::format("none of {} PCI bridges redirects peer-to-peer traffic", bridges), ""});
    }
}

}  // namespace

void check_devices(const fs::path& root, std::vector<check>& found) {
    const auto devices = pci_devices(root);
    check_gpus(devices, root, found);
    check_infiniband(root, found);
    std::vector<pci_device> movers;
    for (const pci_device& each : devices) {
        if (each.is_nvidia_gpu() || each.is_infiniband()) movers.push_back(each);
    }
    // Between processors alone, neither IOMMU nor ACS matters.
    if (movers.empty()) return;
    check_iommu(movers, found);
    check_access_control(devices, found);
}

}  // namespace railgauge
