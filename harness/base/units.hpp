// Sizes, times and shares as people write them, and back.
//
// Sizes count bytes. K, M, G and T are powers of two, as nccl-tests and OSU read them (64K =
// 65536), and so are Ki, KiB and so on; KB, MB, GB and TB are powers of ten (64KB = 64000). The
// letters' case does not matter.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace railgauge {

/// A list may not grow beyond this: a mistyped step should not become a million measurements.
inline constexpr std::size_t most_sizes = 100'000;

/// A whole number and an optional suffix: "8", "8B", "64K", "64KiB", "64KB", "1G". Throws
/// usage_error with what was expected: empty, negative, fractional, beyond 64 bits, junk behind.
[[nodiscard]] std::uint64_t parse_size(std::string_view text);

/// Items separated by commas, in the order given, repeated sizes once. An item is a size, a range
/// "first..last" (doubling), "first..last*factor" or "first..last+step". A range holds `first` and
/// all that follow up to and including `last`. Throws usage_error: as parse_size, and for last
/// below first, factor below 2, step 0, a factor from first 0, more than `most_sizes` sizes.
[[nodiscard]] std::vector<std::uint64_t> parse_sizes(std::string_view text);

/// A decimal number and ns, us, ms, s, m (also min), h or d: "500ms", "1.5s", "2h". Without a unit:
/// seconds. Throws usage_error: empty, negative, not finite, beyond 292 years, junk behind.
[[nodiscard]] std::chrono::nanoseconds parse_duration(std::string_view text);

/// A share: "1%" is 0.01, and so is "0.01". Above 0, at most 1 (100%). A bare number of 1 or more
/// is refused, because it was surely meant in percent. Throws usage_error.
[[nodiscard]] double parse_share(std::string_view text);

/// The largest binary unit that divides it: "64 KiB", "1 MiB", "1000 B", "0 B".
[[nodiscard]] std::string format_bytes(std::uint64_t bytes);

/// Three significant digits or more and a fitting unit: "0 ns", "812 ns", "12.5 us", "3.21 ms",
/// "1.50 s", "2 min 5 s", "3 h 20 min". "-" where it is not finite.
[[nodiscard]] std::string format_duration_us(double time_us);

}  // namespace railgauge
