// A topology file for one host.

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "harness/base/rates.hpp"
#include "harness/topology/discover.hpp"

namespace railgauge {
namespace {

constexpr double least_gbps = 1e-4;  // less is no link that anyone measures

// Names and sources come from files: what TOML would read as its own is left out.
std::string toml_text(const std::string& text) {
    std::string result = "\"";
    for (const char c : text.substr(0, 300)) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte >= 0x20 && byte < 0x7f && c != '"' && c != '\\') result += c;
    }
    return result + "\"";
}

}  // namespace

std::string topology_text(const found_host& host) {
    // NICs of the most frequent rate are those of the cluster; others manage and store.
    std::map<double, std::int64_t> by_rate;
    for (const found_nic& nic : host.nics) {
        if (nic.gbps >= least_gbps) ++by_rate[nic.gbps];
    }
    double rate = 0;
    std::int64_t nics = 0;
    for (const auto& [gbps, count] : by_rate) {
        if (gbps * static_cast<double>(count) >= rate * static_cast<double>(nics)) {
            rate = gbps;
            nics = count;
        }
    }
    const bool has_gpus = host.gpus > 0;
    const std::int64_t members = std::max<std::int64_t>(1, has_gpus ? host.gpus : host.cores);
    std::string text =
        fmt::format("[topology]\nname = {}\ndescription = {}\ngpus = {}\nnode = \"host\"\n\n",
                    toml_text(host.name),
                    toml_text(has_gpus ? "one host, discovered"
                                       : "one host without GPUs, discovered: a rank a core"),
                    members);
    const std::string source =
        toml_text(host.source.empty() ? "measured" : "found: " + host.source);
    const bool rated = has_gpus && host.gpu_gbps >= least_gbps;
    if (rated) {
        text +=
            fmt::format("[gpu.gpu]\nport = \"{:.6f}GB/s\"\nsource = {}\n\n", host.gpu_gbps, source);
    }
    if (nics > 0) {
        std::string names;
        for (const found_nic& nic : host.nics) {
            if (nic.gbps == rate) names += (names.empty() ? "" : " ") + nic.name;
        }
        names = toml_text(names);
        text += fmt::format("[nic.nic]  # {}\nport = \"{:.6f}GB/s\"\nsource = {}\n\n",
                            names.substr(1, names.size() - 2), rate, source);
    }
    text += "[node.host]\n";
    if (rated) text += "gpu = \"gpu\"\n";
    text += fmt::format("gpus = {}\n", members);
    if (nics > 0) text += fmt::format("nic = \"nic\"\nnics = {}\n", nics);
    text +=
        fmt::format("source = {}\n\n[[tier]]\nname = \"host\"\nmembers = {}\n", source, members);
    if (rated) {
        text +=
            fmt::format("medium = \"{}\"\nport = \"gpu.gpu\"\n", host.nvlink ? "nvlink" : "pcie");
    } else {
        text += "medium = \"memory\"\n";
    }
    return text + "latency = \"0us\"\nsource = { latency = \"assumed\"" +
           (rated ? ", port = " + source : "") + " }\n";
}

}  // namespace railgauge
