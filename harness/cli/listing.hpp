// What `railgauge list` and `railgauge doctor` know about backends and suites, apart from how it is
// printed.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "harness/backends/backend.hpp"

namespace railgauge {

struct listed_backend {
    std::string name;
    std::string description;
    std::string version;  ///< empty where it cannot be asked
    availability state;
    std::vector<feature> features;  ///< of the library; empty where all versions are alike
    /// An operation's name and its algorithms there, in the order of all_operation_kinds.
    std::vector<std::pair<std::string, std::vector<std::string>>> algorithms;
};

struct listed_suite {
    std::string name;
    std::string description;
    std::string fault;  ///< why it cannot be read; empty where it can
};

struct listing {
    std::vector<listed_backend> backends;
    std::vector<listed_suite> suites;
};

/// A backend that throws when it is asked counts as not available, with its words.
[[nodiscard]] std::vector<listed_backend> list_backends(
    const std::vector<std::unique_ptr<backend>>& backends);

[[nodiscard]] listing make_listing(const std::vector<std::unique_ptr<backend>>& backends,
                                   const std::vector<std::string>& suite_names);

/// For people; ends with a newline.
[[nodiscard]] std::string listing_text(const listing& all, bool with_colour);

/// One JSON object (docs/cli.md).
[[nodiscard]] std::string listing_json(const listing& all);

}  // namespace railgauge
