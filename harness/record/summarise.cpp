#include "harness/record/summarise.hpp"

#include <utility>

#include "harness/base/operation_kind.hpp"
#include "harness/stats/summary.hpp"

namespace railgauge {

void fill_statistics(point_record& point, std::vector<double> samples_us) {
    const stats::sample_summary summary = stats::summarise(samples_us);
    point.time_us = time_summary{summary.p50, summary.ci_low, summary.ci_high, summary.p95,
                                 summary.p99, summary.min,    summary.max};
    point.n = summary.n;
    point.outliers_mild = summary.outliers.mild;
    point.outliers_severe = summary.outliers.severe;
    if (summary.drift.drifting) point.flags.emplace_back("drifting");
    if (summary.humps.two_humped) point.flags.emplace_back("two-humped");
    point.samples_us = std::move(samples_us);
}

void fill_bandwidths(point_record& point) {
    point.algbw_gbps.reset();
    point.busbw_gbps.reset();
    const auto kind = operation_kind_from(point.key.op);
    if (!point.time_us || !(point.time_us->p50 > 0) || (kind && !moves_message(*kind))) return;
    // Bytes a microsecond are 1e6 bytes a second.
    point.algbw_gbps = static_cast<double>(point.key.bytes) / point.time_us->p50 / 1e3;
    if (kind) point.busbw_gbps = *point.algbw_gbps * bus_bandwidth_factor(*kind, point.key.ranks);
}

}  // namespace railgauge
