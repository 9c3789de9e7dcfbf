#include "harness/machine/pci.hpp"

#include <algorithm>

#include "harness/machine/text_file.hpp"

namespace railgauge {
namespace {

constexpr std::size_t extended_begin = 0x100;
constexpr std::size_t extended_end = 0x1000;
constexpr std::uint32_t access_control_capability = 0x000d;
constexpr std::size_t control_offset = 0x06;
constexpr std::uint32_t redirect_bits = 0x04 | 0x08;  // requests, completions

/// Little endian, as the bus has it.
std::uint32_t bytes_at(std::string_view space, std::size_t offset, std::size_t count) {
    std::uint32_t value = 0;
    for (std::size_t i = count; i-- > 0;) {
        value = value << 8 | static_cast<unsigned char>(space[offset + i]);
    }
    return value;
}

}  // namespace

std::vector<pci_device> pci_devices(const std::filesystem::path& root) {
    std::vector<pci_device> devices;
    const auto parent = root / "sys/bus/pci/devices";
    for (const std::string& address : names_in(parent)) {
        const auto folder = parent / address;
        devices.push_back({address, read_number(folder / "vendor").value_or(0),
                           read_number(folder / "class").value_or(0) >> 8, folder});
    }
    return devices;
}

std::optional<bool> redirects_peers(std::string_view configuration) {
    if (configuration.size() < extended_end) return std::nullopt;
    std::size_t at = extended_begin;
    // A list that loops would not end: no more capabilities fit than one in 8 bytes.
    for (std::size_t seen = 0; seen < (extended_end - extended_begin) / 8; ++seen) {
        const std::uint32_t header = bytes_at(configuration, at, 4);
        if ((header & 0xffff) == access_control_capability && at + 8 <= extended_end) {
            return (bytes_at(configuration, at + control_offset, 2) & redirect_bits) != 0;
        }
        const std::size_t next = header >> 20 & 0xffc;
        if (next < extended_begin) return false;
        at = next;
    }
    return false;
}

}  // namespace railgauge
