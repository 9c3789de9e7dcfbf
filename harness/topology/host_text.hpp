// The parts of a topology file that describe one host, for files with one kind of host or several.
#pragma once

#include <string>

#include "harness/topology/found_host.hpp"

namespace railgauge {

/// Text in quotes as TOML has it. Names and sources come from files: what TOML would read as its
/// own is left out.
[[nodiscard]] std::string toml_quoted(const std::string& text);

/// "8 x NVIDIA H200", "8 GPUs", "16 cores".
[[nodiscard]] std::string seats_words(const found_host& host);

/// [gpu.gpuS], [nic.nicS] where there are such, and [node.hostS], for a suffix S.
[[nodiscard]] std::string parts_text(const found_host& host, const std::string& suffix);

/// The tier inside the host, as an entry of `table` ("tier", "stack.tier"). `uplinks`: what leaves
/// it, by its NICs, which it must have then.
[[nodiscard]] std::string host_tier_text(const found_host& host, const std::string& suffix,
                                         const char* table, bool uplinks);

}  // namespace railgauge
