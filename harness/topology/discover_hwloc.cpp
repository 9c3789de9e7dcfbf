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

// "0302 [10de:2330] [...] a1". Classes 0300, 0302 and 0380 are displays and 3D controllers, 1200 is
// an accelerator; a board's management has a display too, so the vendor has to be one of GPUs.
bool is_gpu(const pugi::xml_node& device) {
    const std::string_view type = device.attribute("pci_type").value();
    const auto has = [type](std::string_view text) { return type.find(text) != type.npos; };
    const bool nvidia_or_amd = has("[10de:") || has("[1002:");
    if (type.starts_with("0300 ")) return nvidia_or_amd;
    const bool compute =
        type.starts_with("0302 ") || type.starts_with("0380 ") || type.starts_with("1200 ");
    return compute && (nvidia_or_amd || has("[8086:"));
}

double sysfs_number(const std::filesystem::path& path) {
    std::ifstream in(path);
    double number = 0;
    return in >> number && number > 0 && number < 1e9 ? number : 0;
}

// Megabits a second as the kernel has them; a verbs port's rate is "400 Gb/sec (4X NDR)", be it
// InfiniBand or Ethernet.
void read_rate(found_nic& nic, const std::filesystem::path& root) {
    nic.gbps = 0;
    // Names come from files, and a path may not leave its folder.
    if (nic.name.empty() || nic.name.find('/') != std::string::npos || nic.name == "..") return;
    const auto port = root / "sys/class/infiniband" / nic.name / "ports/1";
    nic.gbps = sysfs_number(port / "rate") / 8;
    std::string layer;
    std::ifstream(port / "link_layer") >> layer;
    nic.infiniband = layer == "InfiniBand";
    if (nic.gbps > 0) return;
    nic.gbps = sysfs_number(root / "sys/class/net" / nic.name / "speed") / 8e3;
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
    std::int64_t objects = 0;
    each_element(document, [&](const pugi::xml_node& node) {
        if (std::string_view(node.name()) != "object") return;
        ++objects;
        const std::string_view type = node.attribute("type").value();
        if (type == "Core") ++host.cores;
        if (type == "PCIDev" && is_gpu(node)) {
            found_gpu gpu;
            gpu.address = node.attribute("pci_busid").value();
            gpu.pcie_gbps = leading_number(node.attribute("pci_link_speed"));
            host.gpus.push_back(std::move(gpu));
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
            host.nics.push_back(
                {name, leading_number(node.parent().attribute("pci_link_speed")), false});
        }
    });
    if (objects == 0) throw input_error(file, 1, 1, "no <object> is in this topology of hwloc's");
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
    for (found_nic& nic : host.nics) read_rate(nic, root);
    std::error_code missing;
    for (const auto& entry : std::filesystem::directory_iterator(root / "sys/class/net", missing)) {
        const std::string name = entry.path().filename().string();
        const bool known =
            std::ranges::any_of(host.nics, [&](const found_nic& nic) { return nic.name == name; });
        found_nic nic{name, 0, false};
        read_rate(nic, root);
        if (!known && nic.gbps > 0) host.nics.push_back(nic);
    }
    return host;
}

}  // namespace railgauge
