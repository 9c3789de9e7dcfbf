// hwloc's XML: <topology> with nested <object type="...">.

#include <hwloc.h>

#include <algorithm>
#include <fstream>
#include <functional>
#include <map>
#include <memory>
#include <set>

#include "harness/base/error.hpp"
#include "harness/topology/discover.hpp"
#include "harness/topology/xml_text.hpp"

namespace railgauge {
namespace {

// hwloc's kinds of OS devices (hwloc.h, hwloc_obj_osdev_type_e).
constexpr std::string_view network_device = "2";
constexpr std::string_view fabrics_device = "3";

bool is_nvidia_gpu(const pugi::xml_node& device) {
    const std::string_view type = device.attribute("pci_type").value();
    // "0302 [10de:2330] [...] a1": classes 0300 and 0302 are graphics and 3D controllers.
    return (type.starts_with("0302 ") || type.starts_with("0300 ")) &&
           type.find("[10de:") != std::string_view::npos;
}

double sysfs_number(const std::filesystem::path& path) {
    std::ifstream in(path);
    double number = 0;
    return in >> number && number > 0 && number < 1e9 ? number : 0;
}

// Megabits a second as the kernel has them; an InfiniBand port's rate is "400 Gb/sec (4X NDR)".
double rate_of(const std::string& name, const std::filesystem::path& root) {
    // Names come from files, and a path may not leave its folder.
    if (name.empty() || name.find('/') != std::string::npos || name == "..") return 0;
    const double infiniband =
        sysfs_number(root / "sys/class/infiniband" / name / "ports/1/rate") / 8;
    return infiniband > 0 ? infiniband
                          : sysfs_number(root / "sys/class/net" / name / "speed") / 8e3;
}

}  // namespace

found_host host_from_hwloc_xml(std::string_view text, const std::string& file) {
    pugi::xml_document document;
    load_xml(text, file, "topology", document);
    found_host host;
    host.name = "hwloc-host";
    host.source = "hwloc's XML, PCIe links as they are now";
    std::set<std::string> seen;
    std::map<std::size_t, std::size_t> by_card;  ///< index of the NIC of a card's PCI function
    double least = 0;
    std::int64_t objects = 0;
    each_element(document, [&](const pugi::xml_node& node) {
        if (std::string_view(node.name()) != "object") return;
        ++objects;
        const std::string_view type = node.attribute("type").value();
        if (type == "Core") ++host.cores;
        if (type == "PCIDev" && is_nvidia_gpu(node)) {
            ++host.gpus;
            const double rate = leading_number(node.attribute("pci_link_speed"));
            if (rate > 0) least = least > 0 ? std::min(least, rate) : rate;
        }
        const std::string_view kind = node.attribute("osdev_type").value();
        const std::string name = node.attribute("name").value();
        if (type == "OSDev" && (kind == network_device || kind == fabrics_device) &&
            seen.insert(name).second) {
            // One port has both: "ib0" for sockets, "mlx5_0" for verbs, which has the rate.
            const pugi::xml_node card = node.parent();
            const bool on_card = std::string_view(card.attribute("type").value()) == "PCIDev";
            if (const auto known = by_card.find(card.hash_value());
                on_card && known != by_card.end()) {
                if (kind == fabrics_device) host.nics[known->second].name = name;
                return;
            }
            if (on_card) by_card[card.hash_value()] = host.nics.size();
            // A port's link cannot be faster than the card's slot, which hwloc knows.
            host.nics.push_back({name, leading_number(node.parent().attribute("pci_link_speed"))});
        }
    });
    if (objects == 0) throw input_error(file, 1, 1, "no <object> is in this topology of hwloc's");
    host.gpu_gbps = least;
    return host;
}

found_host discover_this_host(const std::filesystem::path& root) {
    hwloc_topology_t raw = nullptr;
    if (hwloc_topology_init(&raw) != 0) throw capability_error("hwloc_topology_init failed");
    const std::unique_ptr<hwloc_topology, void (*)(hwloc_topology*)> all(
        raw, [](hwloc_topology* each) { hwloc_topology_destroy(each); });
    hwloc_topology_set_io_types_filter(raw, HWLOC_TYPE_FILTER_KEEP_IMPORTANT);
    // Linux says the same in /sys as libpciaccess, which keeps what it has allocated for ever.
    // And those that open a device's driver: ranks may be forked later, which drivers do not bear.
    for (const char* part : {"pci", "opencl", "gl", "cuda", "nvml", "rsmi", "levelzero"}) {
        hwloc_topology_set_components(raw, HWLOC_TOPOLOGY_COMPONENTS_FLAG_BLACKLIST, part);
    }
    char* xml = nullptr;
    int length = 0;
    if (hwloc_topology_load(raw) != 0 ||
        hwloc_topology_export_xmlbuffer(raw, &xml, &length, 0) != 0) {
        throw capability_error("hwloc could not read this host; lstopo may say why");
    }
    const std::unique_ptr<char, std::function<void(char*)>> kept(
        xml, [raw](char* each) { hwloc_free_xmlbuffer(raw, each); });
    found_host host = host_from_hwloc_xml(std::string_view(xml), "hwloc");
    host.name = "this-machine";
    host.source = "hwloc and the kernel's /sys of this host";
    for (found_nic& nic : host.nics) nic.gbps = rate_of(nic.name, root);
    std::error_code missing;
    for (const auto& entry : std::filesystem::directory_iterator(root / "sys/class/net", missing)) {
        const std::string name = entry.path().filename().string();
        const bool known =
            std::ranges::any_of(host.nics, [&](const found_nic& nic) { return nic.name == name; });
        const double rate = rate_of(name, root);
        if (!known && rate > 0) host.nics.push_back({name, rate});
    }
    return host;
}

}  // namespace railgauge
