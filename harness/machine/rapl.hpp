// The energy that this host's processors use, as RAPL counts it and the kernel's powercap shows it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace railgauge {

/// One package: a counter of microjoules that begins at 0 again when it has passed its range.
struct rapl_package {
    std::filesystem::path counter;
    std::uint64_t range_uj = 0;  ///< 0: not told, so that no wrap can be set right
};

/// The packages below `root`/sys/class/powercap, readable or not (since Linux 5.10 only root reads
/// them). Parts of packages, the memory's zones and the zone of the whole platform (psys), which
/// has the packages in it, are left out. AMD's processors are shown under the same names.
[[nodiscard]] std::vector<rapl_package> rapl_packages(const std::filesystem::path& root = "/");

/// What was used between two readings of one counter; nothing where it went backwards further than
/// one wrap explains. More than one wrap between two readings cannot be seen; with the usual range
/// of 262 kJ that takes some twenty minutes at 400 W.
[[nodiscard]] std::optional<std::uint64_t> rapl_increase_uj(std::uint64_t before,
                                                            std::uint64_t after,
                                                            std::uint64_t range_uj);

}  // namespace railgauge
