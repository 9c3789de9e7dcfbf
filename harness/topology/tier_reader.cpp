#include "harness/topology/tier_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "harness/base/rates.hpp"
#include "harness/base/units.hpp"

namespace railgauge {
namespace {

const toml_walk::strings tier_keys{"name",    "medium",   "members",          "port",    "ports",
                                   "planes",  "switches", "latency",          "reduces", "routing",
                                   "uplinks", "uplink",   "oversubscription", "source"};
constexpr std::size_t most_tiers = 16;
const toml_walk::strings tier_figures{"port", "latency", "reduces", "uplink", "oversubscription"};

// Figures that two keys give have to be the same figure, but for rounding.
bool differ(double a, double b) {
    return std::abs(a - b) > 0.005 * std::max(a, b);
}

std::string place_of(const tier& one) {
    return fmt::format("tier '{}'", one.name);
}

}  // namespace

void tier_reader::read(const toml::node& list, stack& into) const {
    const toml::array* tiers = list.as_array();
    if (tiers == nullptr || tiers->empty()) {
        walk_.fail(list, "at least one [[tier]] is expected, the innermost first");
    }
    if (tiers->size() > most_tiers) {
        walk_.fail(list, fmt::format("more than {} tiers in one stack", most_tiers));
    }
    for (const toml::node& one : *tiers) read_one(walk_.table_of(one, "tier"), into);
}

void tier_reader::read_one(const toml::table& from, stack& into) const {
    walk_.check_keys(from, tier_keys, "[[tier]]");
    tier one;
    one.name = walk_.text_of(walk_.needed(from, "name", "[[tier]]"), "name");
    const bool taken =
        std::ranges::any_of(into.tiers, [&](const tier& other) { return other.name == one.name; });
    if (taken) walk_.fail(*from.get("name"), fmt::format("two tiers are called '{}'", one.name));
    read_words(from, one);
    check_order(from, into, one);
    read_counts(from, into, one);
    read_port(from, into, one);
    read_uplinks(from, into, one);
    one.source = parts_.source_of(from, tier_figures, place_of(one));

    std::int64_t gpus = 1;
    if (!into.tiers.empty()) {
        gpus = into.gpus;
    } else if (!into.contains.empty()) {
        gpus = 0;
        for (const contained& part : into.contains) {
            gpus += part.count * all_.stacks[part.stack].gpus;
        }
    }
    const bool multiplies = !into.tiers.empty() || into.contains.empty();
    if (multiplies && gpus > most_of_anything / one.members) {
        walk_.fail(from, fmt::format("more than {} GPUs", most_of_anything));
    }
    into.gpus = multiplies ? gpus * one.members : gpus;
    if (into.gpus_per_host > 0) {
        check_hosts(from, into, one, gpus, into.gpus);
        check_nics(from, into, one, gpus, into.gpus);
    }
    into.tiers.push_back(std::move(one));
}

void tier_reader::read_words(const toml::table& from, tier& into) const {
    const toml::node& medium = walk_.needed(from, "medium", place_of(into));
    const std::string word = walk_.text_of(medium, "medium");
    toml_walk::strings known;
    bool found = false;
    for (const auto kind : {medium_kind::nvlink, medium_kind::pcie, medium_kind::memory,
                            medium_kind::infiniband, medium_kind::ethernet, medium_kind::wan}) {
        known.emplace_back(name_of(kind));
        if (name_of(kind) == word) into.medium = kind, found = true;
    }
    if (!found) walk_.unknown(medium, "medium", word, known);
    if (const toml::node* routing = from.get("routing")) {
        const std::string way = walk_.text_of(*routing, "routing");
        if (way == "static") {
            into.routing = routing_kind::fixed;
        } else if (way == "ecmp") {
            into.routing = routing_kind::ecmp;
        } else if (way == "adaptive") {
            into.routing = routing_kind::adaptive;
        } else {
            walk_.unknown(*routing, "routing", way, {"static", "ecmp", "adaptive"});
        }
    }
    const toml::node& latency = walk_.needed(from, "latency", place_of(into));
    into.latency_us = walk_.time_us_of(latency, "latency");
    if (const toml::node* reduces = from.get("reduces")) {
        into.reduces = walk_.flag_of(*reduces, "reduces");
    }
}

void tier_reader::check_order(const toml::table& from, const stack& in, const tier& into) const {
    medium_kind inner = medium_kind::nvlink;
    std::string name;
    if (!in.tiers.empty()) {
        inner = in.tiers.back().medium;
        name = in.tiers.back().name;
    }
    for (const contained& part : in.contains) {
        const tier& outermost = all_.stacks[part.stack].tiers.back();
        if (reach_of(outermost.medium) <= reach_of(inner)) continue;
        inner = outermost.medium;
        name = outermost.name;
    }
    if (reach_of(into.medium) >= reach_of(inner)) return;
    walk_.fail(from, fmt::format("tier '{}' ({}) stands outside of tier '{}' ({}): tiers are "
                                 "written from the innermost outwards",
                                 into.name, name_of(into.medium), name, name_of(inner)));
}

void tier_reader::read_counts(const toml::table& from, const stack& in, tier& into) const {
    const bool over_kinds = in.tiers.empty() && !in.contains.empty();
    std::int64_t inside = 0;
    for (const contained& part : in.contains) inside += part.count;
    if (const toml::node* members = from.get("members")) {
        into.members = walk_.count_of(*members, "members");
        if (over_kinds && into.members != inside) {
            walk_.fail(*members,
                       fmt::format("{} members, but 'contains' counts {}", into.members, inside));
        }
    } else if (over_kinds) {
        into.members = inside;
    } else {
        walk_.needed(from, "members", place_of(into));
    }
    if (const toml::node* planes = from.get("planes")) {
        into.planes = walk_.count_of(*planes, "planes");
    }
    into.ports = into.planes;
    into.switches = into.planes;
    const auto multiple = [&](const char* key, std::int64_t& figure) {
        const toml::node* node = from.get(key);
        if (node == nullptr) return;
        figure = walk_.count_of(*node, key);
        if (figure % into.planes != 0) {
            walk_.fail(*node, fmt::format("{} {} do not spread evenly over {} planes", figure, key,
                                          into.planes));
        }
    };
    multiple("ports", into.ports);
    multiple("switches", into.switches);
    multiple("uplinks", into.uplinks);
}

double tier_reader::rate_of(const toml::node& node, std::string_view key) const {
    const std::string text = walk_.text_of(node, key);
    const auto part = [&](std::string_view kind, const auto& parts) {
        const std::string name = text.substr(kind.size() + 1);
        const auto found = parts.find(name);
        if (found != parts.end()) return found->second.port_gbps;
        toml_walk::strings known;
        for (const auto& [each, ignored] : parts) known.push_back(each);
        walk_.unknown(node, kind, name, known);
    };
    if (text.starts_with("gpu.")) return part("gpu", all_.gpus);
    if (text.starts_with("nic.")) return part("nic", all_.nics);
    return walk_.placed(node, [&] { return parse_rate_gbps(text); });
}

// Ports are those of the node's own GPU and NIC.
void tier_reader::check_part(const toml::node& port, const stack& in) const {
    const auto node = all_.nodes.find(in.node);
    if (node == all_.nodes.end()) return;
    const std::string text = walk_.text_of(port, "port");
    for (const auto& [kind, own] : {std::pair<std::string, std::string>{"gpu", node->second.gpu},
                                    {"nic", node->second.nic}}) {
        if (own.empty() || !text.starts_with(kind + ".") || text == kind + "." + own) continue;
        walk_.fail(port, fmt::format("the port is '{}', and node '{}' has {} '{}'", text, in.node,
                                     kind, own));
    }
}

void tier_reader::read_port(const toml::table& from, const stack& in, tier& into) const {
    const toml::node* port = from.get("port");
    const tier* below = in.tiers.empty() ? nullptr : &in.tiers.back();
    double from_below = below != nullptr ? below->up_gbps : 0;
    if (port != nullptr) {
        into.port_gbps = rate_of(*port, "port");
        check_part(*port, in);
        into.member_gbps = into.port_gbps * static_cast<double>(into.ports);
        if (from_below > 0 && differ(from_below, into.member_gbps)) {
            walk_.fail(*port, fmt::format("a member's ports carry {} here, but what leaves a group "
                                          "of tier '{}' is {}; give one of them, or the same",
                                          format_rate(into.member_gbps), below->name,
                                          format_rate(from_below)));
        }
        return;
    }
    if (below != nullptr) {
        if (from_below <= 0) {
            walk_.fail(from, fmt::format("tier '{}' has no rate: give 'port' here, or 'uplinks' or "
                                         "'oversubscription' in tier '{}'",
                                         into.name, below->name));
        }
        into.member_gbps = from_below;
        into.port_gbps = from_below / static_cast<double>(into.ports);
        return;
    }
    if (into.medium == medium_kind::memory) return;  // it bounds nothing
    if (in.contains.empty()) walk_.needed(from, "port", place_of(into));
    for (const contained& part : in.contains) {
        const stack& kind = all_.stacks[part.stack];
        if (kind.tiers.back().up_gbps > 0) continue;
        walk_.fail(from, fmt::format("tier '{}' has no rate for '{}': give 'port' here, or "
                                     "'uplinks' in its outermost tier",
                                     into.name, kind.name));
    }
}

void tier_reader::give_rate_to_members(const toml::table& from, stack& in, tier& into) const {
    for (contained& part : in.contains) {
        const stack& kind = all_.stacks[part.stack];
        const double own = kind.tiers.back().up_gbps;
        part.gbps = own > 0 ? own : into.member_gbps;
        if (own > 0 && into.member_gbps > 0 && differ(own, into.member_gbps)) {
            walk_.fail(*from.get("port"),
                       fmt::format("a member's ports carry {} here, but what leaves '{}' is {}",
                                   format_rate(into.member_gbps), kind.name, format_rate(own)));
        }
    }
}

void tier_reader::read_uplinks(const toml::table& from, stack& in, tier& into) const {
    const bool over_kinds = in.tiers.empty() && !in.contains.empty();
    double inside = into.member_gbps * static_cast<double>(into.members);
    if (over_kinds) {
        give_rate_to_members(from, in, into);
        inside = 0;
        for (const contained& part : in.contains) {
            inside += part.gbps * static_cast<double>(part.count);
        }
    }
    const toml::node* uplink = from.get("uplink");
    if (uplink != nullptr && into.uplinks == 0) {
        walk_.fail(*uplink, "'uplink' is the rate of one of 'uplinks', and these are not counted");
    }
    if (into.uplinks > 0) {
        into.uplink_gbps = uplink != nullptr ? rate_of(*uplink, "uplink") : into.port_gbps;
        if (into.uplink_gbps <= 0) walk_.needed(from, "uplink", place_of(into));
        into.up_gbps = into.uplink_gbps * static_cast<double>(into.uplinks);
    }
    if (const toml::node* over = from.get("oversubscription")) {
        const double factor = walk_.number_of(*over, "oversubscription");
        if (into.up_gbps > 0 && differ(inside / into.up_gbps, factor)) {
            walk_.fail(*over, fmt::format("members carry {} and uplinks {}: that is {:.3g}, not {}",
                                          format_rate(inside), format_rate(into.up_gbps),
                                          inside / into.up_gbps, factor));
        }
        if (into.up_gbps <= 0) into.up_gbps = inside / factor;
    }
    if (into.up_gbps > 0) into.oversubscription = inside / into.up_gbps;
}

// Inside a host tiers may be smaller than it (two switches of PCIe with four GPUs each); a tier
// between hosts joins whole hosts, or it would carry what never leaves one.
void tier_reader::check_hosts(const toml::table& from, const stack& in, const tier& one,
                              std::int64_t members_gpus, std::int64_t gpus) const {
    const std::int64_t host = in.gpus_per_host;
    if (reach_of(one.medium) > 0 && members_gpus % host != 0) {
        walk_.fail(from, fmt::format("a host of '{}' has {} GPUs, and a member of tier '{}' ({}, "
                                     "between hosts) has {}: a member has to be whole hosts, which "
                                     "tiers of nvlink, pcie or memory make",
                                     in.node, host, one.name, name_of(one.medium), members_gpus));
    }
    if (gpus % host == 0 || host % gpus == 0) return;
    walk_.fail(
        from, fmt::format("a group has {} GPUs, and hosts have {}: neither divides the other", gpus,
                          host));
}

// Where a node says its NICs, what leaves its hosts has to be these: the ports of the first tier
// between hosts, or the uplinks of the last one inside.
void tier_reader::check_nics(const toml::table& from, const stack& in, const tier& one,
                             std::int64_t members_gpus, std::int64_t gpus) const {
    const node_part& node = all_.nodes.at(in.node);
    if (node.nic.empty()) return;
    const bool inside = reach_of(one.medium) == 0;
    const bool first_outside =
        !inside && (in.tiers.empty() || reach_of(in.tiers.back().medium) == 0);
    if (inside && gpus % in.gpus_per_host != 0) return;
    const char* const key = inside ? "uplinks" : "ports";
    const toml::node* const given = from.get(key);
    const bool counted = given != nullptr || (first_outside && from.get("port") != nullptr);
    if ((!inside && !first_outside) || !counted) return;
    const std::int64_t hosts = (inside ? gpus : members_gpus) / in.gpus_per_host;
    const std::int64_t there = inside ? one.uplinks : one.ports;
    if (there == hosts * node.nics) return;
    walk_.fail(
        given != nullptr ? *given : static_cast<const toml::node&>(from),
        fmt::format("tier '{}' has {} {}, but its {} {} of '{}' have {} NICs", one.name, there, key,
                    hosts, hosts == 1 ? "host" : "hosts", in.node, hosts * node.nics));
}

}  // namespace railgauge
