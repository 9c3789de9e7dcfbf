#include "harness/machine/caches.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <fstream>
#include <string>

namespace {

/// The largest size that the kernel states for the first processor, 0 where it states none: "512K",
/// "32768K", "16M".
std::uint64_t largest_by_sysfs() {
    std::uint64_t largest = 0;
    for (int index = 0; index < 8; ++index) {
        std::ifstream file("/sys/devices/system/cpu/cpu0/cache/index" + std::to_string(index) +
                           "/size");
        std::uint64_t size = 0;
        char unit = 0;
        if (!(file >> size)) continue;
        file >> unit;
        size <<= unit == 'M' ? 20 : unit == 'K' ? 10 : 0;
        largest = std::max(largest, size);
    }
    return largest;
}

TEST(caches, the_last_level_is_what_a_core_reaches_and_no_sum) {
    const std::uint64_t expected = largest_by_sysfs();
    if (expected == 0) GTEST_SKIP() << "this kernel states no caches";
    EXPECT_LE(railgauge::last_level_cache_bytes(), expected);
    EXPECT_GT(railgauge::last_level_cache_bytes(), 0u);
}

}  // namespace
