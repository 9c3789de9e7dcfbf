// Figures as the terminal's table shows them: few digits, a fitting unit, a fixed width.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "harness/record/point_record.hpp"

namespace railgauge {

/// A unit of time and how many decimals it takes to show four digits of some value in it.
struct time_scale {
    double per_us = 1;  ///< value in this unit = value in microseconds x per_us
    int decimals = 3;
    std::string_view unit = "us";
};

/// What fits `time_us`: ns below a microsecond, then us, ms, s.
[[nodiscard]] time_scale scale_of(double time_us) noexcept;

/// "312.0 ns"; "1.235 us"; always within ten columns. "-" where it is not finite.
[[nodiscard]] std::string show_time(double time_us);

/// "[310.2, 315.0]" in the unit and with the decimals of the median, so that the three can be read
/// together; "-" without an interval.
[[nodiscard]] std::string show_interval(const time_summary& time_us);

/// GB/s with three to four digits: "123.4", "12.35", "1.235", "0.0123", "4.2e-06"; "-" when absent.
[[nodiscard]] std::string show_bandwidth(std::optional<double> gbps);

/// Whether operations of this name have a size to show.
[[nodiscard]] bool sized(std::string_view op) noexcept;

}  // namespace railgauge
