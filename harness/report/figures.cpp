#include "harness/report/figures.hpp"

#include <fmt/format.h>

#include <cmath>

#include "harness/base/operation_kind.hpp"

namespace railgauge {
namespace {

int decimals_for(double value) noexcept {
    // Each limit is where rounding would add a digit in front.
    if (value < 9.9995) return 3;
    if (value < 99.995) return 2;
    return value < 999.95 ? 1 : 0;
}

}  // namespace

time_scale scale_of(double time_us) noexcept {
    time_scale scale;
    if (time_us < 0.99995) scale = {1e3, 0, "ns"};
    if (time_us >= 999.95) scale = {1e-3, 0, "ms"};
    if (time_us >= 999.95e3) scale = {1e-6, 0, "s"};
    scale.decimals = decimals_for(time_us * scale.per_us);
    return scale;
}

std::string show_time(double time_us) {
    if (!std::isfinite(time_us)) return "-";
    const time_scale scale = scale_of(time_us);
    return fmt::format("{:.{}f} {}", time_us * scale.per_us, scale.decimals, scale.unit);
}

std::string show_interval(const time_summary& time_us) {
    if (!time_us.ci_low || !time_us.ci_high) return "-";
    const time_scale scale = scale_of(time_us.p50);
    return fmt::format("[{:.{}f}, {:.{}f}]", *time_us.ci_low * scale.per_us, scale.decimals,
                       *time_us.ci_high * scale.per_us, scale.decimals);
}

std::string show_bandwidth(std::optional<double> gbps) {
    if (!gbps || !std::isfinite(*gbps)) return "-";
    if (*gbps == 0) return "0";
    if (*gbps < 0.001) return fmt::format("{:.1e}", *gbps);
    if (*gbps < 0.99995) return fmt::format("{:.4f}", *gbps);
    return fmt::format("{:.{}f}", *gbps, decimals_for(*gbps));
}

bool sized(std::string_view op) noexcept {
    const auto kind = operation_kind_from(op);
    return !kind || has_size(*kind);
}

}  // namespace railgauge
