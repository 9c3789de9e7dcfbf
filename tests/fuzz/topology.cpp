// Fuzz target: a topology file and a file of expectations, as anyone may have written them.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "harness/base/error.hpp"
#include "harness/topology/bound.hpp"
#include "harness/topology/expectations.hpp"
#include "harness/topology/read_topology.hpp"
#include "harness/topology/tier_list.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    try {
        const auto all = railgauge::parse_topology(text, "input");
        if (all.root().gpus < 1 || railgauge::show_text(all, true).empty()) std::abort();
        const auto natural = railgauge::parse_placement("natural", all, all.root().gpus);
        const auto used = railgauge::occupy(all, natural);
        if (used.ranks != all.root().gpus) std::abort();
        const auto found = railgauge::bound_of(all, natural, used,
                                               {railgauge::operation_kind::all_reduce, 1e6, 0});
        if (found.floor() != nullptr && !(found.floor()->time_us >= 0)) std::abort();
    } catch (const railgauge::error&) {
    }
    try {
        static_cast<void>(railgauge::parse_expectations(text, "input"));
    } catch (const railgauge::error&) {
    }
    return 0;
}
