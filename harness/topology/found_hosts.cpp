#include "harness/topology/found_hosts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <string_view>
#include <utility>

#include "harness/base/error.hpp"
#include "harness/base/rates.hpp"
#include "harness/topology/host_text.hpp"

namespace railgauge {
namespace {

std::string link_words(const found_host& host) {
    if (host.gpu_gbps() <= 0) return "GPUs without a known link";
    return fmt::format("GPUs on {} of {}", host.nvlink() ? "NVLink" : "PCIe",
                       format_rate(host.gpu_gbps()));
}

std::string nic_words(const found_host& host) {
    const nic_group nics = cluster_nics(host);
    if (nics.nics.empty()) return "no network device with a known rate";
    return fmt::format("{} network device{} of {}", nics.nics.size(),
                       nics.nics.size() == 1 ? "" : "s", format_rate(nics.gbps));
}

// What hosts of a kind have alike, in words.
constexpr std::array<std::string (*)(const found_host&), 3> traits{seats_words, link_words,
                                                                   nic_words};

using kind = std::vector<const found_host*>;

// The word that most hosts have; of equally many the first host's.
template <typename Word>
std::string usual_of(const kind& hosts, const Word& word) {
    std::map<std::string, std::size_t> times;
    for (const found_host* host : hosts) ++times[word(*host)];
    std::string usual;
    for (const found_host* host : hosts) {
        const std::string own = word(*host);
        if (usual.empty() || times[own] > times[usual]) usual = own;
    }
    return usual;
}

template <typename Word>
void name_odd_ones(const kind& hosts, const Word& word, std::vector<std::string>& notes) {
    const std::string usual = usual_of(hosts, word);
    for (const found_host* host : hosts) {
        if (word(*host) == usual) continue;
        notes.push_back(fmt::format("{} has {}, and most hosts beside it have {}",
                                    host->name.substr(0, 100), word(*host), usual));
    }
}

// The host that is as most of its kind in most things stands for all of them.
const found_host& typical(const kind& hosts) {
    std::array<std::string, traits.size()> usual;
    for (std::size_t i = 0; i < traits.size(); ++i) usual[i] = usual_of(hosts, traits[i]);
    const auto alike = [&usual](const found_host* host) {
        std::size_t count = 0;
        for (std::size_t i = 0; i < traits.size(); ++i) count += traits[i](*host) == usual[i];
        return count;
    };
    return **std::ranges::max_element(hosts, {}, alike);
}

// Kinds by how many ranks sit on a host, the one of most hosts first.
std::vector<kind> kinds_of(const std::vector<found_host>& hosts) {
    std::map<std::int64_t, kind> by_seats;
    for (const found_host& host : hosts) by_seats[host.seats()].push_back(&host);
    std::vector<kind> kinds;
    for (auto& [seats, members] : by_seats) kinds.push_back(std::move(members));
    std::ranges::stable_sort(kinds, std::ranges::greater{}, &kind::size);
    return kinds;
}

std::string network_tier(const std::vector<found_host>& typicals, std::int64_t hosts) {
    const nic_group nics = cluster_nics(typicals.front());
    const bool infiniband = std::ranges::all_of(nics.nics, &found_nic::infiniband);
    std::string text =
        fmt::format("\n[[tier]]\nname = \"network\"\nmedium = \"{}\"\nmembers = {}\n",
                    infiniband ? "infiniband" : "ethernet", hosts);
    if (typicals.size() == 1) {
        text += fmt::format(
            "port = \"nic.nic\"\nports = {}\nlatency = \"0us\"\n"
            "source = {{ port = {}, latency = \"assumed\" }}\n",
            nics.nics.size(), toml_quoted("found: " + typicals.front().source));
        return text;
    }
    return text + "latency = \"0us\"\nsource = { latency = \"assumed\" }\n";
}

std::string head_text(const fabric_facts& facts, std::size_t hosts, std::int64_t gpus) {
    return fmt::format(
        "[topology]\nname = {}\ndescription = \"{} hosts, discovered; how the network joins them "
        "is assumed: one switch\"\ngpus = {}\n",
        toml_quoted(facts.name), hosts, gpus);
}

std::string text_of_one_kind(const found_host& host, std::int64_t hosts,
                             const fabric_facts& facts) {
    return head_text(facts, static_cast<std::size_t>(hosts), hosts * host.seats()) +
           "node = \"host\"\n\n" + parts_text(host, "") + host_tier_text(host, "", "tier", false) +
           network_tier({host}, hosts);
}

std::string text_of_kinds(const std::vector<found_host>& typicals, const std::vector<kind>& kinds,
                          const fabric_facts& facts) {
    std::string contents;
    std::string parts;
    std::string stacks;
    std::int64_t gpus = 0;
    std::size_t hosts = 0;
    for (std::size_t i = 0; i < kinds.size(); ++i) {
        const std::string suffix = std::to_string(i);
        contents +=
            fmt::format("    {{ stack = \"kind{}\", count = {} }},\n", suffix, kinds[i].size());
        parts += parts_text(typicals[i], suffix);
        stacks +=
            fmt::format("[[stack]]\nname = \"kind{}\"\nnode = \"host{}\"\n\n", suffix, suffix) +
            host_tier_text(typicals[i], suffix, "stack.tier", true) + "\n";
        gpus += typicals[i].seats() * static_cast<std::int64_t>(kinds[i].size());
        hosts += kinds[i].size();
    }
    return head_text(facts, hosts, gpus) + "contains = [\n" + contents + "]\n\n" + parts + stacks +
           network_tier(typicals, static_cast<std::int64_t>(hosts));
}

// Ports of a rate that the user says, instead of what hosts found.
void put_declared_nics(const fabric_facts& facts, found_host& host) {
    if (facts.port.empty()) return;
    const auto was = cluster_nics(host).nics;
    const bool infiniband = !was.empty() && std::ranges::all_of(was, &found_nic::infiniband);
    host.nics.clear();
    for (std::int64_t i = 0; i < facts.nics; ++i) {
        host.nics.push_back({"port" + std::to_string(i), parse_rate_gbps(facts.port), infiniband});
    }
}

}  // namespace

std::string topology_from_hosts(const std::vector<found_host>& found, const fabric_facts& facts,
                                std::vector<std::string>& notes) {
    std::vector<found_host> hosts = found;
    for (found_host& host : hosts) put_declared_nics(facts, host);
    for (const found_host& host : hosts) {
        for (const std::string& remark : remarks_on(host)) {
            notes.push_back(host.name.substr(0, 100) + ": " + remark);
        }
    }
    if (hosts.size() == 1) {
        hosts.front().name = found_host{}.name;
        return topology_text(hosts.front());
    }
    const std::vector<kind> kinds = kinds_of(hosts);
    kind all;
    for (const found_host& host : hosts) all.push_back(&host);
    if (kinds.size() > 1) name_odd_ones(all, seats_words, notes);
    std::vector<found_host> typicals;
    for (const kind& members : kinds) {
        for (const auto& trait : traits) {
            if (kinds.size() == 1 || trait != seats_words) name_odd_ones(members, trait, notes);
        }
        typicals.push_back(typical(members));
        if (!cluster_nics(typicals.back()).nics.empty()) continue;
        throw capability_error(
            fmt::format("{} has no network device that says its rate: say what joins the hosts, as "
                        "in --port 400Gb/s --nics 8",
                        members.front()->name));
    }
    if (kinds.size() == 1) {
        return text_of_one_kind(typicals.front(), static_cast<std::int64_t>(hosts.size()), facts);
    }
    notes.emplace_back(
        "hosts of different kinds: the file counts them kind by kind, that of most hosts first, "
        "and "
        "`run --topology` takes the job's hosts in this order");
    return text_of_kinds(typicals, kinds, facts);
}

}  // namespace railgauge
