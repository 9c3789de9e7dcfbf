// ibnetdiscover's text: blocks "Switch 65 "S-guid" # "name" ..." and "Ca 1 "H-guid" # "host hca"",
// each followed by its ports: [1] "H-guid"[1](guid) # "host hca" lid 4 4xNDR. With --grouping a
// port may be "[1][ext 3]", and lines name chassis; with --full more figures end a port's line.

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <utility>

#include "harness/base/error.hpp"
#include "harness/base/rates.hpp"
#include "harness/topology/found_fabric.hpp"

namespace railgauge {
namespace {

struct ib_link {
    std::string to;  ///< "S-..." or "H-..."
    std::string host;
    double gbps = 0;
};

struct ib_switch {
    std::string name;
    std::vector<ib_link> links;
};

// Gb/s of one lane as sold (InfiniBand Architecture Specification); the encoding is taken off.
double lane_gigabits(std::string_view speed) {
    static const std::map<std::string_view, double> lanes{
        {"SDR", 2},  {"DDR", 4},  {"QDR", 8},   {"FDR10", 10}, {"FDR", 13.64},
        {"EDR", 25}, {"HDR", 50}, {"NDR", 100}, {"XDR", 200}};
    const auto found = lanes.find(speed);
    return found == lanes.end() ? 0 : found->second;
}

// GB/s of "4xNDR"; 0 where it says something else.
double gbps_of(std::string_view word) {
    const auto x = word.find('x');
    int lanes = 0;
    if (x == std::string_view::npos) return 0;
    const auto [end, fault] = std::from_chars(word.data(), word.data() + x, lanes);
    if (fault != std::errc{} || end != word.data() + x || lanes < 1 || lanes > 12) return 0;
    return lanes * lane_gigabits(word.substr(x + 1)) / 8;
}

// What stands between the first two quotes from `from` on; `from` moves behind it.
std::string quoted_text(std::string_view line, std::size_t& from) {
    const auto open = line.find('"', from);
    const auto close = open == std::string_view::npos ? open : line.find('"', open + 1);
    if (close == std::string_view::npos) {
        from = line.size();
        return "";
    }
    from = close + 1;
    return std::string(line.substr(open + 1, close - open - 1));
}

class fabric_reader {
public:
    fabric_reader(std::string_view text, const std::string& file) : text_(text), file_(file) {}

    std::map<std::string, ib_switch> read() {
        std::uint64_t number = 0;
        ib_switch* at = nullptr;
        while (!text_.empty()) {
            ++number;
            const std::string_view line = text_.substr(0, text_.find('\n'));
            text_.remove_prefix(std::min(text_.size(), line.size() + 1));
            if (line.starts_with("Switch")) {
                std::size_t from = 0;
                const std::string id = quoted_text(line, from);
                if (!id.starts_with("S-")) fail(number, "a switch without its \"S-guid\"");
                at = &found_[id];
                at->name = quoted_text(line, from);
            } else if (line.starts_with("Ca") || line.starts_with("Rt")) {
                at = nullptr;  // its links are seen from the switches
            } else if (line.starts_with('[') && at != nullptr) {
                at->links.push_back(link_of(line, number));
            }
        }
        if (found_.empty()) fail(1, "no switch is in this output of ibnetdiscover");
        return std::move(found_);
    }

private:
    [[noreturn]] void fail(std::uint64_t line, const std::string& message) const {
        throw input_error(file_, line, 1, message);
    }

    ib_link link_of(std::string_view line, std::uint64_t number) const {
        ib_link link;
        std::size_t from = 0;
        link.to = quoted_text(line, from);
        const std::string description = quoted_text(line, from);
        // "lid 4 4xNDR", and with --full more behind it: " s=1 w=2 v=8 e=1".
        for (std::string_view rest = line.substr(from); !rest.empty() && link.gbps <= 0;) {
            rest.remove_prefix(std::min(rest.size(), rest.find_first_not_of(" \t\r")));
            const std::string_view word = rest.substr(0, rest.find_first_of(" \t\r"));
            rest.remove_prefix(word.size());
            link.gbps = gbps_of(word);
        }
        if (!link.to.starts_with("S-") && !link.to.starts_with("H-")) {
            fail(number, "a port without the \"S-guid\" or \"H-guid\" of its other end");
        }
        if (link.gbps <= 0) {
            fail(number, "a link without its width and speed, such as 4xNDR, after its lid");
        }
        // The adapter in a switch that reduces is no host.
        const bool inside = description.find("Aggregation Node") != std::string::npos;
        if (link.to.starts_with("H-") && !inside) {
            link.host = description.substr(0, description.find(' '));
            // Adapters that nobody has named are all called "MT4129 ConnectX7 Mellanox
            // Technologies".
            const bool unnamed = description.ends_with("Mellanox Technologies");
            if (link.host.empty() || unnamed) link.host = link.to;
        }
        return link;
    }

    std::string_view text_;
    std::string file_;
    std::map<std::string, ib_switch> found_;
};

// Leaves that serve the same hosts, and what they have together.
struct leaf_group {
    std::map<std::string, std::int64_t> ports_of_host;
    std::int64_t leaves = 0;
    std::int64_t uplinks = 0;
    std::map<double, std::vector<std::string>> hosts_by_rate;  ///< a host for each of its ports
    double uplink_gbps = 0;
};

double slower(double known, double other) {
    return known > 0 ? std::min(known, other) : other;
}

// Leaves belong together where a host is on both, directly or by way of others.
std::vector<leaf_group> leaf_groups(const std::map<std::string, ib_switch>& switches) {
    std::vector<const ib_switch*> leaves;
    std::vector<std::size_t> joined;  // to which leaf before it; itself: a group's first
    const auto first_of = [&](std::size_t leaf) {
        while (joined[leaf] != leaf) leaf = joined[leaf] = joined[joined[leaf]];
        return leaf;
    };
    std::map<std::string, std::size_t> leaf_of_host;
    for (const auto& [id, one] : switches) {
        const std::size_t mine = leaves.size();
        bool serves = false;
        for (const ib_link& link : one.links) {
            if (link.host.empty()) continue;
            if (!std::exchange(serves, true)) {
                leaves.push_back(&one);
                joined.push_back(mine);
            }
            const auto before = leaf_of_host.try_emplace(link.host, mine).first->second;
            joined[first_of(mine)] = first_of(before);
        }
    }
    std::map<std::size_t, leaf_group> groups;
    for (std::size_t leaf = 0; leaf < leaves.size(); ++leaf) {
        leaf_group& group = groups[first_of(leaf)];
        ++group.leaves;
        for (const ib_link& link : leaves[leaf]->links) {
            if (!link.host.empty()) {
                ++group.ports_of_host[link.host];
                group.hosts_by_rate[link.gbps].push_back(link.host);
            } else if (link.to.starts_with("S-")) {
                ++group.uplinks;
                group.uplink_gbps = slower(group.uplink_gbps, link.gbps);
            }
        }
    }
    std::vector<leaf_group> result;
    for (auto& [first, group] : groups) result.push_back(std::move(group));
    return result;
}

// A host's ports are those of most hosts of its group; who has others is named.
std::int64_t usual_ports(const leaf_group& group, std::vector<std::string>& notes) {
    std::map<std::int64_t, std::int64_t> times;
    for (const auto& [host, ports] : group.ports_of_host) ++times[ports];
    std::int64_t usual = 0;
    for (const auto& [ports, hosts] : times) {
        if (hosts >= times[usual]) usual = ports;
    }
    for (const auto& [host, ports] : group.ports_of_host) {
        if (ports == usual) continue;
        notes.push_back(fmt::format("{} has {} ports, and most hosts beside it have {}",
                                    host.substr(0, 100), ports, usual));
    }
    return usual;
}

// The rate of most links; a host with another one (a cable or a lane that is down) is named.
double usual_rate(const leaf_group& group, std::vector<std::string>& notes) {
    const auto usual = std::ranges::max_element(
        group.hosts_by_rate, {}, [](const auto& each) { return each.second.size(); });
    for (const auto& [gbps, hosts] : group.hosts_by_rate) {
        if (gbps == usual->first) continue;
        for (const std::string& host : hosts) {
            notes.push_back(fmt::format("{} has a link of {}, and most links beside it have {}",
                                        host.substr(0, 100), format_rate(gbps),
                                        format_rate(usual->first)));
        }
    }
    return usual->first;
}

}  // namespace

std::string topology_from_ibnetdiscover(std::string_view text, const std::string& file,
                                        const fabric_facts& facts,
                                        std::vector<std::string>& notes) {
    const auto groups = leaf_groups(fabric_reader(text, file).read());
    if (groups.empty()) throw input_error(file, 1, 1, "no switch of this fabric has a host");
    found_fabric fabric;
    found_group whole;
    for (const leaf_group& group : groups) {
        found_group one;
        one.hosts = static_cast<std::int64_t>(group.ports_of_host.size());
        one.ports = usual_ports(group, notes);
        one.planes = one.ports % group.leaves == 0 ? group.leaves : 1;
        one.port_gbps = usual_rate(group, notes);
        // Planes have equally many in a topology; what leaves the group stays what it is.
        const std::int64_t even = group.uplinks / one.planes * one.planes;
        one.uplinks = group.uplinks > 0 ? std::max(even, one.planes) : 0;
        one.uplink_gbps = one.uplinks > 0 ? group.uplink_gbps * static_cast<double>(group.uplinks) /
                                                static_cast<double>(one.uplinks)
                                          : 0;
        ++whole.contains[fabric.kind_of(one)];
    }
    // One group of leaves is the whole fabric; more are joined by what is above.
    if (groups.size() > 1) fabric.kinds.push_back(whole);
    return topology_text(fabric, facts, "infiniband", "ibnetdiscover");
}

}  // namespace railgauge
