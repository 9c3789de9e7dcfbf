#include "harness/report/progress_line.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "harness/base/units.hpp"
#include "harness/report/printable.hpp"

namespace railgauge {
namespace {

// Whole seconds: digits behind the point would only flicker.
std::string show_left(double seconds) {
    const double whole = std::max(std::ceil(seconds), 0.0);
    return whole < 60 ? fmt::format("{:.0f} s", whole) : format_duration_us(whole * 1e6);
}

}  // namespace

std::string progress_line(const progress& now, int columns) {
    std::string line;
    if (now.total > 0) {
        const std::int64_t done = std::clamp<std::int64_t>(now.done, 0, now.total);
        // Rounded down: 100% is said only when everything is done.
        const auto percent =
            static_cast<int>(100.0 * static_cast<double>(done) / static_cast<double>(now.total));
        line = fmt::format("[{:3}%] {}/{}", percent, done, now.total);
    } else {
        line = fmt::format("[{} points]", now.done);
    }
    if (now.current != nullptr) {
        const point_key& key = *now.current;
        line += fmt::format("  {} {} {} {} {}", key.op, key.backend, key.dtype,
                            format_bytes(key.bytes), key.timing);
        if (key.in_place) line += " in place";
    }
    if (now.left_s) line += "  " + show_left(*now.left_s) + " left";
    line = printable(line);
    const auto room = static_cast<std::size_t>(std::max(columns, 1));
    if (line.size() > room) {
        std::size_t end = room;
        while (end > 0 && (static_cast<unsigned char>(line[end]) & 0xC0U) == 0x80U) --end;
        line.resize(end);
    }
    return line;
}

std::optional<double> estimate_left_s(std::int64_t done, std::int64_t total, double elapsed_s,
                                      double planned_s) noexcept {
    if (total <= 0) return std::nullopt;
    const double share =
        std::clamp(static_cast<double>(done) / static_cast<double>(total), 0.0, 1.0);
    const double by_plan = std::max(planned_s, 0.0) * (1 - share);
    if (share == 0) return by_plan;
    const double by_pace = std::max(elapsed_s, 0.0) / share * (1 - share);
    return by_plan * (1 - share) + by_pace * share;
}

}  // namespace railgauge
