// Is the candidate slower than the baseline, by more than does not matter?
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "harness/base/exit_status.hpp"
#include "harness/compare/acceptance.hpp"
#include "harness/compare/comparison.hpp"

namespace railgauge {

struct gate_options {
    double least_effect = 0.03;  ///< smaller slowdowns do not matter
    double must_detect = 0.30;   ///< data that could not have shown this much decide nothing
    double alpha = 0.025;        ///< as in compare_options
    std::uint64_t most_flips = 4096;
};

/// A point, or an operation and size class.
struct gated {
    std::string name;     ///< unique among all
    compared_ratio time;  ///< p-values: of being slower than the threshold, one-sided
    /// What baselines differ by from each other by chance, as a share: the 97.5 % quantile of the
    /// mean log ratio of as many pairs of the baseline's own launches. 0: too few to tell.
    double floor = 0;
    double threshold = 0;  ///< slowdowns up to this share pass: the least effect or the floor
    /// A slowdown by this share, beyond what was accepted, would have been found 19 times in 20.
    double detectable = 0;
    double accepted = 1;      ///< the ratio that somebody accepted
    bool suspicious = false;  ///< looks slower than the threshold, but chance may explain it
};

struct gate_result {
    std::vector<gated> classes;
    std::vector<gated> points;
    std::vector<provenance_difference> provenance;
    std::vector<acceptance> acceptances;  ///< those that were applied, the latest of each series
    joined_sets joined;
    exit_status status = exit_status::fine;
    std::string reason;                  ///< of the status, in words
    double detectable = 0;               ///< of the class that shows least; infinite: nothing
    std::size_t launches_to_decide = 0;  ///< a side; 0: these decide, or nobody can tell

    [[nodiscard]] std::size_t count(verdict_word word) const noexcept;  ///< points and classes
};

/// More launches are never named: that many do not suffice either.
inline constexpr std::size_t most_launches = 1000;

/// Both sets were read with `table`.
[[nodiscard]] gate_result gate(const result_set& baseline, const result_set& candidate,
                               point_table& table, const std::vector<acceptance>& accepted,
                               const gate_options& options = {});

/// What somebody accepts who accepts this result: the ratio of each series that is slower than its
/// threshold or looks so; `who`, `when` and `why` as given in `words`.
[[nodiscard]] std::vector<acceptance> acceptances_of(const gate_result& result,
                                                     const acceptance& words);

}  // namespace railgauge
