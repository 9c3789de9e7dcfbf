// From raw samples to the figures of a point.
#pragma once

#include <optional>
#include <vector>

#include "harness/record/point_record.hpp"

namespace railgauge {

/// Takes the samples (microseconds, in the order measured, finite, at least one) into `point` and
/// fills time_us, n, outliers_*, and the flags "drifting" and "two-humped".
void fill_statistics(point_record& point, std::vector<double> samples_us);

/// algbw_gbps = bytes / time and busbw_gbps = factor x algbw, in 1e9 bytes a second
/// (bus_bandwidth_factor); both absent for barrier, without a time, and busbw for an operation that
/// is not known. Needs time_us, key.op, key.bytes and key.ranks.
void fill_bandwidths(point_record& point);

}  // namespace railgauge
