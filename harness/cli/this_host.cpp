#include "harness/cli/this_host.hpp"

#include <fmt/format.h>

#include <chrono>

#include "harness/cli/say.hpp"
#include "harness/launch/child_answer.hpp"
#include "harness/machine/gpu_info.hpp"
#include "harness/topology/discover.hpp"
#include "harness/topology/read_topology.hpp"

namespace railgauge {
namespace {

// The driver may have to wake the GPUs first, which takes seconds for each.
constexpr std::chrono::seconds driver_limit{60};

std::string gpus_of_the_driver() {
    found_host host;
    add_gpus_of_driver(*nvml::open(), host);
    return to_line(host);
}

}  // namespace

found_host this_host() {
    found_host host = discover_this_host();
    if (!has_gpu_driver()) return host;
    const child_answer answer = ask_in_child(gpus_of_the_driver, driver_limit);
    if (!answer.failure.empty()) {
        say(fmt::format("railgauge: the GPUs' driver was not asked: {}\n", answer.failure));
        return host;
    }
    // The driver's word goes before that of /sys, where links are as they are now.
    found_host all = found_host_from_line(answer.text);
    all.source = host.source + ", the GPUs' driver (NVML), data sheets' rate of an NVLink";
    unite(all, host);
    return all;
}

topology cluster_named(const std::string& name) {
    if (name != "this-machine") return read_topology(find_topology(name));
    return parse_topology(topology_text(this_host()), name);
}

}  // namespace railgauge
