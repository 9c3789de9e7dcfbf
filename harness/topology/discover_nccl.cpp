// NCCL's topology XML: <system> with <cpu>s that hold <pci>, <gpu>, <nvlink>, <nic> and <net>.

#include <fmt/format.h>

#include <algorithm>

#include "harness/base/error.hpp"
#include "harness/topology/discover.hpp"
#include "harness/topology/xml_text.hpp"

namespace railgauge {
namespace {

// One NVLink's rate each direction, GB/s, as NVIDIA's data sheets have it: 25 up to Hopper, 50 from
// Blackwell on; Pascal's had 20.
double nvlink_gbps(double sm) {
    if (sm >= 100) return 50;
    return sm >= 70 ? 25 : 20;
}

double nvlinks_of(const pugi::xml_node& gpu) {
    double rate = 0;
    for (const auto& link : gpu.children("nvlink")) {
        rate += leading_number(link.attribute("count")) *
                nvlink_gbps(leading_number(gpu.attribute("sm")));
    }
    return rate;
}

}  // namespace

found_host host_from_nccl_xml(std::string_view text, const std::string& file) {
    pugi::xml_document document;
    load_xml(text, file, "system", document);
    found_host host;
    host.name = "nccl-host";
    host.source = "NCCL's topology XML, data sheets' rate of an NVLink by SM version";
    double least_nvlink = 0;
    double least_pcie = 0;
    const auto lesser = [](double& least, double rate) {
        if (rate > 0) least = least > 0 ? std::min(least, rate) : rate;
    };
    each_element(document, [&](const pugi::xml_node& node) {
        const std::string_view name = node.name();
        if (name == "gpu") {
            ++host.gpus;
            lesser(least_nvlink, nvlinks_of(node));
            const pugi::xml_node pci = node.parent();
            lesser(least_pcie, pcie_gbps(leading_number(pci.attribute("link_speed")),
                                         leading_number(pci.attribute("link_width"))));
        } else if (name == "net") {
            // Megabits a second; what is below a gigabit manages, and a port of 10 is unknown.
            const double speed = leading_number(node.attribute("speed"));
            host.nics.push_back({node.attribute("name").value(), speed > 10 ? speed / 8e3 : 0});
        }
    });
    if (host.gpus == 0) throw input_error(file, 1, 1, "no <gpu> is in this topology of NCCL's");
    host.nvlink = least_nvlink > 0;
    host.gpu_gbps = host.nvlink ? least_nvlink : least_pcie;
    return host;
}

}  // namespace railgauge
