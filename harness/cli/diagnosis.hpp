// What `railgauge doctor` found, apart from how it is printed.
#pragma once

#include <string>
#include <vector>

#include "harness/cli/listing.hpp"
#include "harness/machine/checks.hpp"

namespace railgauge {

struct diagnosis {
    std::vector<listed_backend> backends;
    std::vector<check> checks;

    /// Whether any backend can be used.
    [[nodiscard]] bool can_measure() const noexcept;
};

/// For people; ends with a newline.
[[nodiscard]] std::string diagnosis_text(const diagnosis& found, bool with_colour);

/// One JSON object (docs/cli.md).
[[nodiscard]] std::string diagnosis_json(const diagnosis& found);

}  // namespace railgauge
