// What a gate judges: points, or classes of them, each with a name and a log ratio for each pair of
// launches.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "harness/compare/join.hpp"

namespace railgauge {

struct gated_series {
    std::vector<std::string> names;  ///< each once
    std::vector<double> log_ratios;  ///< pairs x names, the first pair first; NaN: not there

    [[nodiscard]] std::size_t pairs() const noexcept {
        return names.empty() ? 0 : log_ratios.size() / names.size();
    }
    [[nodiscard]] std::vector<double> column(std::size_t which) const;
};

/// "all_reduce, up to 8 KiB", "all_reduce", "all operations".
[[nodiscard]] gated_series class_series(const joined_sets& joined, const point_table& table);

/// As point_table::describe, with the algorithm. Where that does not tell two points apart (one
/// was started by the clock and one from a barrier) they are numbered.
[[nodiscard]] gated_series point_series(const joined_sets& joined, const point_table& table);

/// Of the values that are not NaN.
struct moments {
    std::size_t n = 0;
    double mean = 0;
    double spread = 0;  ///< standard deviation
};
[[nodiscard]] moments moments_of(std::span<const double> values);

}  // namespace railgauge
