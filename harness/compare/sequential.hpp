// Two configurations whose launches come pair by pair: verdicts at planned looks, and when it makes
// no sense to go on.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "harness/compare/comparison.hpp"
#include "harness/compare/look_plan.hpp"

namespace railgauge {

struct sequential_options {
    std::size_t most_pairs = 12;
    double margin = 0.03;  ///< as in compare_options
    double alpha = 0.05;   ///< the share of A/A experiments that may show any FASTER or SLOWER
};

/// A look that was taken.
struct taken_look {
    std::size_t pairs = 0;
    double alpha = 0;
    std::size_t decided = 0;  ///< points with a verdict, of all
    /// The points and classes that were FASTER or SLOWER at this look and at none before.
    std::vector<joined_point> points;
    std::vector<std::string> classes;  ///< "operation", "operation, size"; "": all operations
};

class sequential_comparison {
public:
    explicit sequential_comparison(const sequential_options& options);

    [[nodiscard]] const std::vector<look>& plan() const noexcept { return plan_; }
    /// A look is planned after this pair.
    [[nodiscard]] bool due(std::size_t pairs) const noexcept;

    /// The planned look after so many pairs; the sets hold all launches so far and were read with
    /// one and the same table at all looks.
    void take(const result_set& first, const result_set& second, point_table& table);

    /// The look when the experiment ends before its last planned one, for a reason that does not
    /// depend on which side is which (time is over, the user has enough, a launch failed): it may
    /// spend what was kept for the end. Not after a stop by the data.
    void take_last(const result_set& first, const result_set& second, point_table& table);

    /// Verdicts so far: FASTER and SLOWER stand from the look that found them on; ratios and
    /// intervals are those of the last look. An interval's confidence is 1 - the look's alpha, so
    /// that all looks' intervals together hold with 1 - alpha.
    [[nodiscard]] const comparison& found() const noexcept { return found_; }
    [[nodiscard]] const std::vector<taken_look>& taken() const noexcept { return taken_; }

    /// Every point has a verdict (SAME, FASTER, SLOWER). Points that most pairs lack (a launch was
    /// started another way, say) are not waited for, here and in hopeless().
    [[nodiscard]] bool decided() const noexcept;
    /// For every point without a verdict it is unlikely (below 5 %) that the pairs that are left
    /// give one, if they are like those so far.
    [[nodiscard]] bool hopeless() const noexcept;

private:
    [[nodiscard]] bool is_waited_for(const compared_ratio& ratio) const noexcept;
    void look_with(double alpha, const result_set& first, const result_set& second,
                   point_table& table);

    sequential_options options_;
    std::vector<look> plan_;
    std::vector<taken_look> taken_;
    comparison found_;
};

/// The chance that a ratio without verdict gets one by `most` pairs if the trend of its first pairs
/// goes on: Lan and Wittes, The B-Value: A Tool for Monitoring Data, Biometrics 44 (1988), with z
/// of the adjusted p-value. 1 where its interval may still come to lie within the margin.
[[nodiscard]] double chance_of_verdict(const compared_ratio& ratio, std::size_t most,
                                       double last_alpha, double margin);

}  // namespace railgauge
