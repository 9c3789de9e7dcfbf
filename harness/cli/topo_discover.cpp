// `railgauge topo discover`: a topology file from this machine or from what tools wrote.

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <span>

#include "harness/base/error.hpp"
#include "harness/cli/met_ranks.hpp"
#include "harness/cli/say.hpp"
#include "harness/cli/this_host.hpp"
#include "harness/cli/topo_actions.hpp"
#include "harness/launch/world.hpp"
#include "harness/topology/discover.hpp"
#include "harness/topology/found_hosts.hpp"
#include "harness/topology/read_topology.hpp"

namespace railgauge {
namespace {

constexpr std::size_t most_bytes = 512 << 20;  // ibnetdiscover of the largest fabrics

// The name goes into a file as text in quotes.
void check_name(const std::string& name) {
    for (const char c : name) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x20 || byte > 0x7e || c == '"' || c == '\\') {
            throw usage_error("--name takes letters, digits and signs other than quotes");
        }
    }
    if (name.empty()) throw usage_error("--name is empty");
}

std::string from_file(const topo_options& options, const fabric_facts& facts,
                      std::vector<std::string>& notes) {
    if (options.words.size() != 1) throw usage_error("--from KIND takes one file");
    const std::string& file = options.words.front();
    const std::string text = read_whole_file(file, most_bytes, "name the file that the tool wrote");
    if (options.from == "nccl-xml") return topology_text(host_from_nccl_xml(text, file));
    if (options.from == "hwloc") return topology_text(host_from_hwloc_xml(text, file));
    if (options.from == "slurm") return topology_from_slurm(text, file, facts, notes);
    return topology_from_ibnetdiscover(text, file, facts, notes);
}

exit_status print(const std::string& text, const std::vector<std::string>& notes) {
    // What is printed is sound, or it is our mistake, and nothing is printed.
    static_cast<void>(parse_topology(text, "the discovered topology"));
    fmt::print("{}", text);
    std::fflush(stdout);
    for (const std::string& note : notes) say(fmt::format("railgauge: {}\n", note));
    return exit_status::fine;
}

exit_status print_hosts(const std::vector<found_host>& hosts, const fabric_facts& facts) {
    std::vector<std::string> notes;
    const std::string text = topology_from_hosts(hosts, facts, notes);
    return print(text, notes);
}

// Every rank's line in rank order, at rank 0.
std::vector<std::string> gather_lines(world& ranks, const std::string& mine) {
    const bool root = ranks.rank() == 0;
    const auto count = static_cast<std::size_t>(root ? ranks.size() : 0);
    const auto own = static_cast<std::uint64_t>(mine.size());
    std::vector<std::uint64_t> sizes(count);
    ranks.gather(std::as_bytes(std::span(&own, 1)), std::as_writable_bytes(std::span(sizes)), 0);
    std::uint64_t longest = root ? std::ranges::max(sizes) : 0;
    broadcast_value(ranks, longest);
    std::string padded = mine;
    padded.resize(longest);
    std::string all(count * longest, '\0');
    ranks.gather(std::as_bytes(std::span(padded.data(), padded.size())),
                 std::as_writable_bytes(std::span(all.data(), all.size())), 0);
    std::vector<std::string> lines;
    for (std::size_t rank = 0; rank < count; ++rank) {
        lines.push_back(all.substr(rank * longest, sizes[rank]));
    }
    return lines;
}

// Rank 0 has all that was found; ranks of one host are united, since each may be allowed to see
// other devices of it.
exit_status merge(world& ranks, const found_host& mine, const fabric_facts& facts) {
    const auto lines = gather_lines(ranks, to_line(mine));
    const auto host = static_cast<std::int32_t>(ranks.host());
    std::vector<std::int32_t> host_of(lines.size());
    ranks.gather(std::as_bytes(std::span(&host, 1)), std::as_writable_bytes(std::span(host_of)), 0);
    exit_status status = exit_status::fine;
    if (ranks.rank() == 0) {
        std::vector<found_host> hosts(static_cast<std::size_t>(ranks.hosts()));
        std::vector<bool> known(hosts.size(), false);
        try {
            for (std::size_t rank = 0; rank < lines.size(); ++rank) {
                const auto at = static_cast<std::size_t>(host_of[rank]);
                const found_host one = found_host_from_line(lines[rank]);
                if (known[at]) {
                    unite(hosts[at], one);
                } else {
                    hosts[at] = one;
                }
                known[at] = true;
            }
            status = print_hosts(hosts, facts);
        } catch (const error& wrong) {
            say(fmt::format("railgauge: {}\n", wrong.what()));
            status = wrong.status();
        }
    }
    broadcast_value(ranks, status);
    return status;
}

}  // namespace

exit_status topo_discover(const topo_options& options) {
    check_name(options.name);
    const fabric_facts facts{options.name, options.gpus_per_host, options.port, options.nics};
    if (!options.from.empty()) {
        std::vector<std::string> notes;
        const std::string text = from_file(options, facts, notes);
        return print(text, notes);
    }
    if (!options.words.empty()) throw usage_error("say what wrote the file: --from KIND FILE");
    // Before ranks meet, since a child is asked.
    found_host mine = this_host();
    const auto met = run_on_met_ranks({options.meeting, options.management}, [&](world& ranks) {
        mine.name = ranks.host_name();
        return merge(ranks, mine, facts);
    });
    return met ? *met : print_hosts({mine}, facts);
}

}  // namespace railgauge
