// Fuzz target: sizes, lists of sizes, durations and shares, as they come from command lines.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <unordered_set>

#include "harness/base/error.hpp"
#include "harness/base/units.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    try {
        const auto sizes = railgauge::parse_sizes(text);
        const std::unordered_set<std::uint64_t> different(sizes.begin(), sizes.end());
        if (sizes.empty() || sizes.size() > railgauge::most_sizes ||
            different.size() != sizes.size()) {
            std::abort();
        }
    } catch (const railgauge::usage_error&) {
    }
    try {
        if (railgauge::parse_duration(text).count() < 0) std::abort();
    } catch (const railgauge::usage_error&) {
    }
    try {
        const double share = railgauge::parse_share(text);
        if (!(share > 0 && share <= 1)) std::abort();
    } catch (const railgauge::usage_error&) {
    }
    return 0;
}
