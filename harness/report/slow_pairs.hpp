// What is slow among pairs that should be alike: an end, one direction of an end, or the path
// between two.
#pragma once

#include <span>
#include <vector>

namespace railgauge {

/// One way between two ends, which are counted from 0. More is better (a bandwidth, or one over a
/// time); positive and finite. A pair stands once in each direction that was measured.
struct pair_value {
    int from = 0;
    int to = 0;
    double value = 0;
    double at_best = 0;  ///< the better end of the value's interval; 0: as `value`
};

struct slow_end {
    int end = 0;
    bool sending = false;
    bool receiving = false;
    double value = 0;  ///< what it reaches with its better partners, in the slower direction
};

struct slow_path {
    int from = 0;
    int to = 0;
    double value = 0;
    double expected = 0;      ///< from what both ends reach with others
    bool of_unknown = false;  ///< the ends have no other pair: held against the median of all
    /// The end that lies below the median end by the fixed share with others, too, although ends
    /// differ too much for it to be called slow; -1: both are fine with others.
    int weak_end = -1;
    double weak_value = 0;  ///< what that end reaches with its better partners
};

struct slow_pairs {
    std::vector<slow_end> ends;    ///< the slowest first
    std::vector<slow_path> paths;  ///< the furthest below what was expected first
    double typical = 0;            ///< what the median end reaches
    double visible_below = 0;      ///< a path below this share of what is expected is named
};

/// The model: a pair is as fast as the slower of what its first end can send and its second
/// receive. Both are taken from the upper quartile of an end's pairs, which a slow partner does not
/// touch. An end is slow when it stays behind the median end, a path when it stays behind the
/// model; each by at least a fixed share (ends 10 %, paths 15 %; among fewer than six ends 25 %)
/// and by 5 standard deviations, estimated from median absolute deviations and widened for small
/// samples. Of a path the better end of its interval has to be that far behind.
/// Below three ends nothing can be said. O(cells log cells).
[[nodiscard]] slow_pairs find_slow_pairs(std::span<const pair_value> cells);

}  // namespace railgauge
