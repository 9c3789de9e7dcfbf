// Rates of links and electrical power as people write them.
#pragma once

#include <string>
#include <string_view>

namespace railgauge {

/// GB/s (1e9 bytes a second) from "400Gb/s" (bits: 50 GB/s) or "450GB/s" (bytes); also Gbit/s, Gbps
/// and GBps, and K, M, G, T. The case of the letter decides: b is a bit, B is a byte. What says
/// neither, or no time ("400G", "400Gb", "400GB"), is refused with both readings. More than 0.
/// Throws usage_error.
[[nodiscard]] double parse_rate_gbps(std::string_view text);

/// Watts from "700W", "10.2kW" or "1.5MW". Throws usage_error.
[[nodiscard]] double parse_power_w(std::string_view text);

/// "50 GB/s", "1.8 TB/s", "125 MB/s": three significant digits, or more where it is whole.
[[nodiscard]] std::string format_rate(double gbps);

}  // namespace railgauge
