// Fuzz target: outputs of other tools that topologies are made from. What is made has to parse.
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "harness/base/error.hpp"
#include "harness/topology/discover.hpp"
#include "harness/topology/read_topology.hpp"

namespace {

template <typename Make>
void try_one(const Make& make) {
    std::string made;
    try {
        made = make();
    } catch (const railgauge::error&) {
        return;
    }
    try {
        static_cast<void>(railgauge::parse_topology(made, "made"));
    } catch (const railgauge::input_error& wrong) {
        // Too many GPUs or too many kinds is no fault of the writer; anything else is.
        const std::string_view words = wrong.what();
        for (const char* limit : {"more than", "too many", "whole number", "neither divides"}) {
            if (words.find(limit) != words.npos) return;
        }
        throw;
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    std::vector<std::string> notes;
    const railgauge::fabric_facts facts{"cluster", 0, "400Gb/s", 2};
    try_one([&] { return topology_text(railgauge::host_from_nccl_xml(text, "input")); });
    try_one([&] { return topology_text(railgauge::host_from_hwloc_xml(text, "input")); });
    try_one([&] { return topology_from_ibnetdiscover(text, "input", facts, notes); });
    try_one([&] { return topology_from_slurm(text, "input", facts, notes); });
    return 0;
}
