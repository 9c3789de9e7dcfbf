// What several launches of the same points say together. The launch is the unit of replication:
// iterations within one differ less among each other than launches do.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "harness/record/point_record.hpp"

namespace railgauge {

/// Keeps the median of every point of every launch (8 bytes each).
class launch_summary {
public:
    /// `series`: the heading under which the point stands. Points without a time are left out.
    void add(const std::string& series, const point_record& record);

    /// Point by point: the median of the launches' medians, its 95 % interval (from six launches
    /// on), the fastest and the slowest launch, and how far these are apart. Nothing where no point
    /// was measured in two launches.
    void print(std::ostream& out) const;

private:
    struct entry {
        std::string series;
        point_key key;
        std::vector<double> medians_us;
    };

    std::vector<entry> entries_;  ///< in the order of the first launch
    /// By index, soak round and group.
    std::map<std::tuple<std::int64_t, std::int64_t, std::string>, std::size_t> places_;
};

}  // namespace railgauge
