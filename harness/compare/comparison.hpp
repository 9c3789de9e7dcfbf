// One result set held against another: verdicts for each point, and for operations and sizes.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "harness/compare/join.hpp"
#include "harness/compare/provenance_difference.hpp"
#include "harness/compare/size_class.hpp"
#include "harness/compare/verdict.hpp"

namespace railgauge {

struct compare_options {
    double margin = 0.03;  ///< within it, an interval says SAME
    /// The share of comparisons of equal things that may show any FASTER or SLOWER: half of it is
    /// the points', half the classes'.
    double alpha = 0.025;
    std::uint64_t most_flips = 4096;
};

struct compared_point {
    joined_point point;
    compared_ratio time;
    double first_us = 0;  ///< medians over the launches
    double second_us = 0;
    /// Second over first, where both sides know them: of the percent of the bound, and of the bytes
    /// moved for a joule (which is bandwidth for a watt).
    std::optional<double> percent_of_bound_ratio;
    std::optional<double> efficiency_ratio;
};

struct compared_class {
    point_class of;
    compared_ratio time;                    ///< the ratio is the geometric mean over the members
    std::array<std::size_t, 5> verdicts{};  ///< of the members, in the order of verdict_word
};

struct comparison {
    joined_sets joined;
    std::vector<provenance_difference> provenance;
    std::vector<compared_point> points;  ///< in the order of joined.points
    std::vector<compared_class> classes;
    std::size_t launches_needed = 0;  ///< fewer pairs cannot give any verdict

    /// A point or a class has this verdict.
    [[nodiscard]] bool any(verdict_word word) const noexcept;
};

/// Both sets were read with `table`.
[[nodiscard]] comparison compare(const result_set& first, const result_set& second,
                                 point_table& table, const compare_options& options = {});

/// The fewest pairs whose sign flips can reach `alpha`.
[[nodiscard]] std::size_t least_pairs(double alpha, bool one_sided) noexcept;

}  // namespace railgauge
