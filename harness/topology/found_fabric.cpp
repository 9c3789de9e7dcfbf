#include "harness/topology/found_fabric.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace railgauge {
namespace {

class fabric_writer {
public:
    fabric_writer(const found_fabric& fabric, const fabric_facts& facts, const char* medium,
                  const std::string& source)
        : fabric_(fabric), facts_(facts), medium_(medium), source_(source) {}

    std::string write() {
        const found_group& whole = fabric_.kinds.back();
        std::string text = fmt::format(
            "[topology]\nname = \"{}\"\ndescription = \"found by a tool; "
            "what it does not say is assumed\"\ngpus = {}\n",
            facts_.name, gpus_of(whole));
        text += contents_of(whole);
        text += fmt::format("\n[sources]\nfound = \"{}\"\n\n", source_);
        for (std::size_t kind = 0; kind < fabric_.kinds.size(); ++kind) {
            const found_group& group = fabric_.kinds[kind];
            if (group.hosts == 0) continue;
            text += fmt::format("[node.host{}]\ngpus = {}\nsource = \"assumed\"\n\n", kind,
                                gpus_of_host(group));
        }
        for (std::size_t kind = 0; kind + 1 < fabric_.kinds.size(); ++kind) {
            text += fmt::format("[[stack]]\nname = \"kind{}\"\n", kind) +
                    contents_of(fabric_.kinds[kind]) + "\n" +
                    tiers_of(fabric_.kinds[kind], "stack.tier", true);
        }
        return text + tiers_of(whole, "tier", false);
    }

private:
    [[nodiscard]] std::int64_t gpus_of_host(const found_group& group) const {
        return facts_.gpus_per_host > 0 ? facts_.gpus_per_host : group.ports;
    }

    [[nodiscard]] std::int64_t gpus_of(const found_group& group) const {
        if (group.hosts > 0) return group.hosts * gpus_of_host(group);
        std::int64_t gpus = 0;
        for (const auto& [kind, count] : group.contains) {
            gpus += count * gpus_of(fabric_.kinds[static_cast<std::size_t>(kind)]);
        }
        return gpus;
    }

    [[nodiscard]] std::string contents_of(const found_group& group) const {
        if (group.hosts > 0) {
            const auto place = std::ranges::find(fabric_.kinds, group) - fabric_.kinds.begin();
            return fmt::format("node = \"host{}\"\n", place);
        }
        std::string list;
        for (const auto& [kind, count] : group.contains) {
            list += fmt::format("    {{ stack = \"kind{}\", count = {} }},\n", kind, count);
        }
        return "contains = [\n" + list + "]\n";
    }

    [[nodiscard]] std::string tiers_of(const found_group& group, const char* table,
                                       bool has_above) const {
        std::string text;
        const bool leaf = group.hosts > 0;
        if (leaf) {
            text += fmt::format(
                "[[{}]]\nname = \"host\"\nmedium = \"memory\"\nmembers = {}\n"
                "latency = \"0us\"\nsource = \"assumed\"\n\n",
                table, gpus_of_host(group));
        }
        text += fmt::format("[[{}]]\nname = \"{}\"\nmedium = \"{}\"\nlatency = \"0us\"\n", table,
                            leaf ? "leaf" : "spine", medium_);
        std::string sources = "latency = \"assumed\"";
        if (leaf) {
            text += fmt::format("members = {}\nport = \"{:.6f}GB/s\"\nports = {}\nplanes = {}\n",
                                group.hosts, group.port_gbps, group.ports, group.planes);
            sources += ", port = \"found\"";
        }
        if (has_above && group.uplinks > 0) {
            text += fmt::format("uplinks = {}\nuplink = \"{:.6f}GB/s\"\n", group.uplinks,
                                group.uplink_gbps);
            sources += ", uplink = \"found\"";
        } else if (has_above) {
            text += "oversubscription = 1\n";
            sources += ", oversubscription = \"assumed\"";
        }
        return text + "source = { " + sources + " }\n\n";
    }

    const found_fabric& fabric_;
    const fabric_facts& facts_;
    const char* medium_;
    const std::string& source_;
};

}  // namespace

int found_fabric::kind_of(const found_group& group) {
    const auto known = std::ranges::find(kinds, group);
    const auto index = known - kinds.begin();
    if (known == kinds.end()) kinds.push_back(group);
    return static_cast<int>(index);
}

std::string topology_text(const found_fabric& fabric, const fabric_facts& facts, const char* medium,
                          const std::string& source) {
    return fabric_writer(fabric, facts, medium, source).write();
}

}  // namespace railgauge
