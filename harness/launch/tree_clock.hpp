// How the hosts' clocks go together, found by messages over the tree.
#pragma once

#include <cstdint>
#include <deque>

#include "harness/base/clock.hpp"
#include "harness/base/clock_relation.hpp"
#include "harness/launch/tree_links.hpp"

namespace railgauge {

/// A child asks its parent for the time, some dozens of times, and keeps what the quickest answers
/// prove (clock_envelope.hpp); it adds its parent's own relation to host 0. So the errors of the
/// path add up, and the cost grows with its length. Ticks of different lengths are allowed for.
class tree_clock {
public:
    /// Collective over the group's leaders. Successive relations also say how the clocks' rates
    /// differ, the better the longer they lie apart. `spin`: waiting for an answer may keep a core
    /// busy for a moment, which makes it more exact.
    [[nodiscard]] clock_relation relate(tree_links& links, bool spin);

private:
    /// Where this clock stood when the parent's stood at `parent`, give or take `error` of its
    /// ticks.
    struct reading {
        std::uint64_t local;
        std::uint64_t parent;
        double error;
    };
    [[nodiscard]] reading ask(tree_links& links, double nominal_ratio) const;
    [[nodiscard]] clock_relation to_parent(const reading& now, double nominal_ratio);

    clock_calibration own_;
    bool calibrated_ = false;
    std::deque<reading> history_;
};

}  // namespace railgauge
