// NCCL's topology XML: <system> with <cpu>s that hold <pci>, <gpu>, <nvlink>, <nic> and <net>.
// Files that people write for NCCL_TOPO_FILE (those of clouds, say) have the <pci>s alone.

#include <utility>

#include "harness/base/error.hpp"
#include "harness/topology/discover.hpp"
#include "harness/topology/link_rates.hpp"
#include "harness/topology/xml_text.hpp"

namespace railgauge {
namespace {

double nvlinks_of(const pugi::xml_node& gpu) {
    double rate = 0;
    for (const auto& link : gpu.children("nvlink")) {
        rate += leading_number(link.attribute("count")) *
                nvlink_gbps(leading_number(gpu.attribute("sm")));
    }
    return rate;
}

found_gpu gpu_at(const pugi::xml_node& pci) {
    found_gpu gpu;
    gpu.address = pci.attribute("busid").value();
    gpu.pcie_gbps = pcie_gbps(leading_number(pci.attribute("link_speed")),
                              leading_number(pci.attribute("link_width")));
    return gpu;
}

// By their classes: 3D controllers and InfiniBand adapters, whose rates nobody says.
void add_bare_devices(const pugi::xml_document& document, found_host& host) {
    each_element(document, [&](const pugi::xml_node& node) {
        if (std::string_view(node.name()) != "pci") return;
        const std::string_view kind = node.attribute("class").value();
        if (kind.starts_with("0x0302")) host.gpus.push_back(gpu_at(node));
        if (kind.starts_with("0x0207")) {
            host.nics.push_back({node.attribute("busid").value(), 0, true});
        }
    });
    host.source = "a topology XML for NCCL, PCIe only: it says neither NVLinks nor NICs' rates";
}

}  // namespace

found_host host_from_nccl_xml(std::string_view text, const std::string& file) {
    pugi::xml_document document;
    load_xml(text, file, "system", document);
    found_host host;
    host.name = "nccl-host";
    host.source = "NCCL's topology XML, data sheets' rate of an NVLink by SM version";
    each_element(document, [&](const pugi::xml_node& node) {
        const std::string_view name = node.name();
        if (name == "gpu") {
            found_gpu gpu = gpu_at(node.parent());
            gpu.nvlink_gbps = nvlinks_of(node);
            host.gpus.push_back(std::move(gpu));
        } else if (name == "net") {
            // Megabits a second; what is below a gigabit manages, and a port of 10 is unknown.
            const double speed = leading_number(node.attribute("speed"));
            host.nics.push_back(
                {node.attribute("name").value(), speed > 10 ? speed / 8e3 : 0, false});
        }
    });
    if (host.gpus.empty()) add_bare_devices(document, host);
    if (host.gpus.empty()) {
        throw input_error(file, 1, 1, "neither a <gpu> nor a <pci> of class 0x0302 is in it");
    }
    return host;
}

}  // namespace railgauge
