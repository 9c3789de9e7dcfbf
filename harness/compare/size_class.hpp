// Points that behave alike, so that together they tell what one cannot.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "harness/compare/join.hpp"

namespace railgauge {

/// Latency, the middle, bandwidth.
enum class size_class : std::uint8_t { up_to_8_kib, up_to_1_mib, above_1_mib };

[[nodiscard]] size_class class_of(std::uint64_t bytes) noexcept;
[[nodiscard]] std::string_view name_of(size_class which) noexcept;

struct point_class {
    std::string op;                      ///< empty: all operations
    std::string size;                    ///< empty: all sizes
    std::vector<std::uint32_t> members;  ///< places in joined_sets::points
    std::vector<double> log_ratios;      ///< of each pair: the mean over the members that it has
};

/// Each operation and size class that has points, then each operation with several classes, then
/// all, where there are several operations.
[[nodiscard]] std::vector<point_class> classes_of(const joined_sets& joined,
                                                  const point_table& table);

}  // namespace railgauge
