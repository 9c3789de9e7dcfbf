#include "harness/topology/host_text.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "harness/topology/discover.hpp"

namespace railgauge {
namespace {

std::string source_text(const found_host& host) {
    return toml_quoted(host.source.empty() ? "measured" : "found: " + host.source);
}

}  // namespace

std::string toml_quoted(const std::string& text) {
    std::string result = "\"";
    for (const char c : text.substr(0, 300)) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte >= 0x20 && byte < 0x7f && c != '"' && c != '\\') result += c;
    }
    return result + "\"";
}

std::string seats_words(const found_host& host) {
    if (host.gpus.empty()) return fmt::format("{} cores", host.seats());
    const std::string& name = host.gpus.front().name;
    const bool alike = std::ranges::all_of(
        host.gpus, [&name](const found_gpu& each) { return each.name == name; });
    return alike && !name.empty() ? fmt::format("{} x {}", host.seats(), name)
                                  : fmt::format("{} GPUs", host.seats());
}

std::string parts_text(const found_host& host, const std::string& suffix) {
    const std::string source = source_text(host);
    const bool rated = host.gpu_gbps() > 0;
    std::string text;
    if (rated) {
        text += fmt::format("[gpu.gpu{}]\nport = \"{:.6f}GB/s\"\nsource = {}\n\n", suffix,
                            host.gpu_gbps(), source);
    }
    const nic_group nics = cluster_nics(host);
    if (!nics.nics.empty()) {
        std::string names;
        for (const found_nic& nic : nics.nics) names += (names.empty() ? "" : " ") + nic.name;
        names = toml_quoted(names);
        text += fmt::format("[nic.nic{}]  # {}\nport = \"{:.6f}GB/s\"\nsource = {}\n\n", suffix,
                            names.substr(1, names.size() - 2), nics.gbps, source);
    }
    text += fmt::format("[node.host{}]\n", suffix);
    if (rated) text += fmt::format("gpu = \"gpu{}\"\n", suffix);
    text += fmt::format("gpus = {}\n", host.seats());
    if (!nics.nics.empty()) {
        text += fmt::format("nic = \"nic{}\"\nnics = {}\n", suffix, nics.nics.size());
    }
    return text + fmt::format("source = {}\n\n", source);
}

std::string host_tier_text(const found_host& host, const std::string& suffix, const char* table,
                           bool uplinks) {
    std::string text = fmt::format("[[{}]]\nname = \"host\"\nmembers = {}\n", table, host.seats());
    std::string sources = "latency = \"assumed\"";
    if (host.gpu_gbps() > 0) {
        text += fmt::format("medium = \"{}\"\nport = \"gpu.gpu{}\"\n",
                            host.nvlink() ? "nvlink" : "pcie", suffix);
        sources += ", port = " + source_text(host);
    } else {
        text += "medium = \"memory\"\n";
    }
    if (uplinks) {
        text += fmt::format("uplinks = {}\nuplink = \"nic.nic{}\"\n",
                            cluster_nics(host).nics.size(), suffix);
        sources += ", uplink = " + source_text(host);
    }
    return text + "latency = \"0us\"\nsource = { " + sources + " }\n";
}

std::string topology_text(const found_host& host) {
    std::string words = "one host, discovered";
    if (host.gpus.empty()) words = "one host without GPUs, discovered: a rank a core";
    if (!host.gpus.empty() && !host.gpus.front().name.empty()) {
        words = "one host with " + seats_words(host) + ", discovered";
    }
    return fmt::format("[topology]\nname = {}\ndescription = {}\ngpus = {}\nnode = \"host\"\n\n",
                       toml_quoted(host.name), toml_quoted(words), host.seats()) +
           parts_text(host, "") + host_tier_text(host, "", "tier", false);
}

}  // namespace railgauge
