// The kernel's small text files (/proc, /sys), read without ceremony: what cannot be read is
// absent.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace railgauge {

/// The content without surrounding white space, at most 256 KiB of it.
[[nodiscard]] std::optional<std::string> read_text(const std::filesystem::path& file);

/// The unsigned decimal (or 0x hexadecimal) number that the file begins with.
[[nodiscard]] std::optional<std::uint64_t> read_number(const std::filesystem::path& file);

/// The number that `text` begins with, behind white space; nothing where there is none.
[[nodiscard]] std::optional<std::uint64_t> leading_number(std::string_view text);

/// What follows "key" and its white space and colons in the first line that begins with it, as
/// /proc/meminfo, /proc/cpuinfo and os-release ("KEY=") have it; without surrounding quotes.
[[nodiscard]] std::optional<std::string> value_of(std::string_view text, std::string_view key);

/// Names in a folder, sorted (numbers by value); empty where it cannot be read.
[[nodiscard]] std::vector<std::string> names_in(const std::filesystem::path& folder);

/// Folders cpu0, cpu1, ... below sys/devices/system/cpu, in numerical order.
[[nodiscard]] std::vector<std::filesystem::path> cpu_folders(const std::filesystem::path& root);

}  // namespace railgauge
