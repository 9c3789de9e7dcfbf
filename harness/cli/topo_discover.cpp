// `railgauge topo discover`: a topology file from this machine or from what tools wrote.

#include <fmt/format.h>

#include "harness/base/error.hpp"
#include "harness/cli/say.hpp"
#include "harness/cli/topo_actions.hpp"
#include "harness/topology/discover.hpp"
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

std::string discovered(const topo_options& options, std::vector<std::string>& notes) {
    if (options.from.empty()) {
        if (!options.words.empty()) throw usage_error("say what wrote the file: --from KIND FILE");
        return topology_text(discover_this_host());
    }
    if (options.words.size() != 1) throw usage_error("--from KIND takes one file");
    check_name(options.name);
    const std::string& file = options.words.front();
    const std::string text = read_whole_file(file, most_bytes);
    const fabric_facts facts{options.name, options.gpus_per_host, options.port, options.nics};
    if (options.from == "nccl-xml") return topology_text(host_from_nccl_xml(text, file));
    if (options.from == "hwloc") return topology_text(host_from_hwloc_xml(text, file));
    if (options.from == "slurm") return topology_from_slurm(text, file, facts, notes);
    return topology_from_ibnetdiscover(text, file, facts, notes);
}

}  // namespace

exit_status topo_discover(const topo_options& options) {
    std::vector<std::string> notes;
    const std::string text = discovered(options, notes);
    // What is printed is sound, or it is our mistake, and nothing is printed.
    static_cast<void>(parse_topology(text, "the discovered topology"));
    fmt::print("{}", text);
    for (const std::string& note : notes) say(fmt::format("railgauge: {}\n", note));
    return exit_status::fine;
}

}  // namespace railgauge
