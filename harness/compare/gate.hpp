// Is the candidate slower than the baseline, by more than does not matter?
#pragma once

#include <cstddef>
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
    double threshold = 0;     ///< slowdowns up to this share pass: the least effect or the floor
    double detectable = 0;    ///< a slowdown by this share would have been found 19 times in 20
    double accepted = 1;      ///< the ratio that somebody accepted
    bool suspicious = false;  ///< looks slower than the threshold, but chance may explain it
    bool of_class = false;
};

struct gate_result {
    std::vector<gated> classes;
    std::vector<gated> points;
    std::vector<provenance_difference> provenance;
    std::map<std::string, std::uint64_t> definitions;
    std::size_t pairs = 0;
    std::size_t only_baseline = 0;
    std::size_t only_candidate = 0;
    bool interleaved = false;
    exit_status status = exit_status::fine;
    std::string reason;                  ///< of the status, in words
    std::size_t launches_to_decide = 0;  ///< a side; 0: these decide

    [[nodiscard]] std::size_t count(verdict_word word) const noexcept;  ///< points and classes
};

/// Both sets were read with `table`.
[[nodiscard]] gate_result gate(const result_set& baseline, const result_set& candidate,
                               point_table& table, const std::vector<acceptance>& accepted,
                               const gate_options& options = {});

/// The floors and detectable effects of a baseline alone: its launches of even number against those
/// of odd number.
[[nodiscard]] gate_result calibrate(const result_set& baseline, point_table& table,
                                    const gate_options& options = {});

}  // namespace railgauge
