// What a verification on a device leaves behind, and what the host makes of it.
#pragma once

#include <cstdint>
#include <optional>

#include "kernels/pattern.hpp"

namespace railgauge {

/// Lies in device memory while a verification runs (device_pattern.hpp), which clears it first; the
/// caller copies it to the host when the stream has come so far. Types as devices' atomics take
/// them.
struct device_verdict {
    unsigned long long wrong = 0;           ///< elements
    unsigned long long inverted_first = 0;  ///< all bits of the first wrong one's number turned
                                            ///< over, so that the least is the largest; 0: none
    unsigned long long got = 0;             ///< the first wrong one's bits
    unsigned int blocks_done = 0;           ///< the last block reads what the first wrong one holds
};

/// As verify_pattern, with `rank` given, or verify_expected, without, would have told it. Pattern
/// and `first` are those that were verified.
[[nodiscard]] std::optional<mismatch> mismatch_of(const device_verdict& verdict,
                                                  const data_pattern& pattern,
                                                  std::optional<std::int32_t> rank,
                                                  std::uint64_t first);

}  // namespace railgauge
