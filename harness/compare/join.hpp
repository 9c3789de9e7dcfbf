// Two result sets, point by point and launch by launch.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "harness/compare/result_set.hpp"

namespace railgauge {

/// The same measurement on both sides. The numbers differ where each side has one algorithm for it,
/// but not the same.
struct joined_point {
    std::uint32_t first = 0;
    std::uint32_t second = 0;
};

struct joined_sets {
    std::vector<joined_point> points;
    std::size_t pairs = 0;  ///< launch i of the first side with launch i of the second, in time
    /// pairs x points: log(second / first) of the launches' medians; NaN where one lacks the point.
    std::vector<double> log_ratios;
    std::vector<std::uint32_t> only_first;
    std::vector<std::uint32_t> only_second;
    /// Points that were measured on both sides, but under different definitions, and are therefore
    /// not compared: "timing: isolated, streamed" and how many.
    std::map<std::string, std::uint64_t> definitions;
    /// Compared points that lack pairs because some of their launches began another way (by the
    /// clock or from a barrier), which is another definition.
    std::uint64_t began_otherwise = 0;
    /// The sides' launches took turns; else what drifts in the machine is in the difference.
    bool interleaved = false;
};

/// Sets that were read with one table (which gets further things while they are joined).
[[nodiscard]] joined_sets join(const result_set& first, const result_set& second,
                               point_table& table);

}  // namespace railgauge
