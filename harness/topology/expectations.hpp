// What a cluster is expected to reach, beside its topology (docs/topology-format.md).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/operation_kind.hpp"

namespace railgauge {

/// Rows of `kind` that fit all that is given are expected between low and high.
struct expectation {
    operation_kind kind = operation_kind::all_reduce;
    std::string backend;                ///< empty: any
    std::string algorithm;              ///< empty: any
    std::string library;                ///< what the backend's version contains; empty: any
    std::optional<std::int64_t> ranks;  ///< none: any
    std::uint64_t least_bytes = 0;
    std::uint64_t most_bytes = 0;
    std::optional<double> busbw_low_gbps;
    std::optional<double> busbw_high_gbps;
    std::optional<double> time_high_us;  ///< the median takes at most this
    std::string source;
};

/// Parses TOML text; throws input_error as parse_topology does.
[[nodiscard]] std::vector<expectation> parse_expectations(std::string_view text,
                                                          const std::string& file);

/// Whether TOML text is meant as such a file: it has [[expect]], or a line [[expect]] where it does
/// not parse.
[[nodiscard]] bool looks_like_expectations(std::string_view text);

/// Reads and parses a file. Throws system_error where it cannot be read, usage_error where it is no
/// regular file or too long.
[[nodiscard]] std::vector<expectation> read_expectations(const std::string& path);

}  // namespace railgauge
