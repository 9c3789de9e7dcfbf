// Fuzz target: a suite, as anyone may have written it.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "harness/base/error.hpp"
#include "harness/base/units.hpp"
#include "harness/measure/suite.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    try {
        const railgauge::suite read = railgauge::parse_suite(text, "input");
        // What is accepted can be planned: nothing that has to be there is missing.
        if (read.name.empty() || read.cases.empty()) std::abort();
        for (const railgauge::suite_case& one : read.cases) {
            if (one.operations.empty() || one.types.empty() || one.redops.empty() ||
                one.roots.empty() || one.in_place.empty() || one.timings.empty() ||
                one.windows.empty() || one.graphs.empty() || one.registrations.empty() ||
                one.streams.empty() || one.groups.empty()) {
                std::abort();
            }
            if (one.bytes.size() > railgauge::most_sizes || !(one.stop.budget_s > 0) ||
                !(one.stop.precision > 0)) {
                std::abort();
            }
        }
    } catch (const railgauge::input_error&) {
    }
    return 0;
}
