// Reads a topology file (docs/topology-format.md).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "harness/topology/model.hpp"

namespace railgauge {

/// Parses TOML text. `file` is what errors call it. Throws input_error with line and column, what
/// was expected, and the nearest valid word: unknown keys, units that do not say bits or bytes,
/// missing figures and sources, counts that do not multiply out, tiers in the wrong order, kinds
/// that contain themselves.
[[nodiscard]] topology parse_topology(std::string_view text, const std::string& file);

/// Reads and parses a file. Throws system_error where it cannot be read, usage_error where it is no
/// regular file or too long.
[[nodiscard]] topology read_topology(const std::string& path);

/// Whether TOML text is meant as a topology: it has a table [topology], or a line [topology] where
/// it does not parse.
[[nodiscard]] bool looks_like_topology(std::string_view text);

/// A file's bytes. Throws system_error where it cannot be read, with what to do (`advice`),
/// usage_error where it is longer than `most_bytes`.
[[nodiscard]] std::string read_whole_file(const std::string& path, std::size_t most_bytes,
                                          std::string_view advice = {});

/// Where a topology of this name lies: a path if it contains '/' or ends in ".toml", else NAME.toml
/// in RAILGAUGE_TOPOLOGIES, the installed share/railgauge/topologies or the source tree's
/// topologies. Throws usage_error that lists those there are.
[[nodiscard]] std::string find_topology(const std::string& name);

}  // namespace railgauge
