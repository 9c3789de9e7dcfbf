// PCI devices as sysfs shows them, as far as checks need them.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace railgauge {

struct pci_device {
    std::string address;  ///< "0000:3b:00.0"
    std::uint64_t vendor = 0;
    std::uint64_t device_class = 0;  ///< the upper 16 bits of the class: 0x0302 is a 3D controller
    std::filesystem::path folder;

    [[nodiscard]] bool is_bridge() const noexcept { return device_class == 0x0604; }
    [[nodiscard]] bool is_nvidia_gpu() const noexcept {
        return vendor == 0x10de && device_class >> 8 == 0x03;
    }
    [[nodiscard]] bool is_infiniband() const noexcept { return device_class == 0x0207; }
};

[[nodiscard]] std::vector<pci_device> pci_devices(const std::filesystem::path& root);

/// Whether the Access Control Services of a bridge send its devices' peer-to-peer traffic up to the
/// root complex (P2P Request or Completion Redirect, PCI Express 4.0, 7.7.8.3). `configuration` is
/// the device's configuration space, all 4096 bytes; nothing where only its beginning could be
/// read (that takes root), false where the bridge has no such capability.
[[nodiscard]] std::optional<bool> redirects_peers(std::string_view configuration);

}  // namespace railgauge
