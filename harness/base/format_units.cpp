#include <fmt/format.h>

#include <cmath>

#include "harness/base/units.hpp"

namespace railgauge {

std::string format_bytes(std::uint64_t bytes) {
    static constexpr std::string_view units[] = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
    std::size_t unit = 0;
    while (bytes != 0 && bytes % 1024 == 0 && unit + 1 < std::size(units)) {
        bytes /= 1024;
        ++unit;
    }
    return fmt::format("{} {}", bytes, units[unit]);
}

namespace {

// Three significant digits: each limit is where rounding would add one in front.
std::string three_digits(double value, std::string_view unit) {
    const int decimals = value < 9.995 ? 2 : (value < 99.95 ? 1 : 0);
    return fmt::format("{:.{}f} {}", value, decimals, unit);
}

}  // namespace

std::string format_duration_us(double time_us) {
    if (!std::isfinite(time_us)) return "-";
    if (time_us < 0) return "-" + format_duration_us(-time_us);
    // Each limit is where rounding would show the next unit's 1.00 as this unit's 1000.
    if (time_us < 0.9995) return fmt::format("{:.3g} ns", time_us * 1e3);
    if (time_us < 999.5) return three_digits(time_us, "us");
    if (time_us < 999.5e3) return three_digits(time_us / 1e3, "ms");
    if (time_us < 59.95e6) return three_digits(time_us / 1e6, "s");
    const double seconds = std::round(time_us / 1e6);
    if (seconds < 3600) {
        return fmt::format("{:.0f} min {:.0f} s", std::floor(seconds / 60), std::fmod(seconds, 60));
    }
    const double minutes = std::round(time_us / 60e6);
    return fmt::format("{:.0f} h {:.0f} min", std::floor(minutes / 60), std::fmod(minutes, 60));
}

}  // namespace railgauge
