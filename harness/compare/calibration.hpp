// What a baseline's own launches say of the gates that are going to use it.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "harness/compare/gate.hpp"

namespace railgauge {

/// A point, or an operation and size class, in a gate of calibration::launches a side.
struct calibrated {
    std::string name;       ///< as gated::name
    double spread = 0;      ///< standard deviation of the log ratio of two launches
    double floor = 0;       ///< as gated::floor
    double threshold = 0;   ///< the least effect or the floor
    double detectable = 0;  ///< the slowdown that is found 19 times in 20; may be infinite
};

struct calibration {
    std::vector<calibrated> classes;
    std::vector<calibrated> points;
    std::size_t pairs = 0;     ///< of the baseline's own launches: 0 with 1, 2 with 3, ...
    std::size_t launches = 0;  ///< a side of the gate that is spoken of
    double detectable = 0;     ///< of the class that shows least
    std::size_t launches_to_decide = 0;  ///< a side; 0: so many show gate_options::must_detect
};

/// Fewer pairs say nothing about a spread.
inline constexpr std::size_t least_calibration_pairs = 3;

/// `launches` a side of the gate; 0: as many as the baseline has. Throws capability_error where the
/// baseline has fewer than least_calibration_pairs pairs of launches, or nothing that was measured
/// in both of them. Tests of one family share alpha as Bonferroni has it, so a gate, whose series
/// differ together, may find somewhat less than `detectable`.
[[nodiscard]] calibration calibrate(const result_set& baseline, point_table& table,
                                    const gate_options& options = {}, std::size_t launches = 0);

}  // namespace railgauge
