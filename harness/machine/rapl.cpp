#include "harness/machine/rapl.hpp"

#include "harness/machine/text_file.hpp"

namespace railgauge {

namespace fs = std::filesystem;

std::vector<rapl_package> rapl_packages(const fs::path& root) {
    std::vector<rapl_package> found;
    const fs::path zones = root / "sys/class/powercap";
    for (const std::string& name : names_in(zones)) {
        // intel-rapl:0 is a package; intel-rapl:0:0 is a part of it.
        constexpr std::string_view prefix = "intel-rapl:";
        if (!name.starts_with(prefix) || name.find(':', prefix.size()) != std::string::npos) {
            continue;
        }
        const auto zone = read_text(zones / name / "name");
        if (zone && !zone->starts_with("package")) continue;
        found.push_back({zones / name / "energy_uj",
                         read_number(zones / name / "max_energy_range_uj").value_or(0)});
    }
    return found;
}

std::optional<std::uint64_t> rapl_increase_uj(std::uint64_t before, std::uint64_t after,
                                              std::uint64_t range_uj) {
    if (after >= before) return after - before;
    if (before > range_uj) return std::nullopt;
    return after + (range_uj - before);
}

}  // namespace railgauge
