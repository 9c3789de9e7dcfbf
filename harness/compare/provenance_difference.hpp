// What two result sets were measured on, where it differs: that explains most differences.
#pragma once

#include <string>
#include <vector>

#include "harness/compare/result_set.hpp"

namespace railgauge {

struct provenance_difference {
    std::string what;   ///< the path in the header's provenance: "host.networks.0.mtu"
    std::string first;  ///< the values of that side's runs, in order, each once; "-" where absent
    std::string second;
};

/// Drivers, firmware, libraries, clocks, links, placement and topology first, then the rest in
/// order of name. What differs between any two runs (boot, load, free memory, temperatures) is left
/// out.
[[nodiscard]] std::vector<provenance_difference> provenance_differences(const result_set& first,
                                                                        const result_set& second);

/// The same between two runs: what changed from one to the next.
[[nodiscard]] std::vector<provenance_difference> provenance_differences(const set_run& before,
                                                                        const set_run& after);

}  // namespace railgauge
