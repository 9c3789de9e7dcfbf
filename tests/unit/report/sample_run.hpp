// A small run with one of everything that a printer has to show.
#pragma once

#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "harness/report/result_printer.hpp"

namespace railgauge {

inline run_header sample_header(std::int32_t launches = 1) {
    run_header header;
    header.run_id = "0123456789abcdef0123456789abcdef";
    header.started = "2026-01-31T12:00:00.123Z";
    header.command = {"railgauge", "run"};
    header.plan.points = 8;
    header.plan.launches = launches;
    header.plan.suite = "quick";
    return header;
}

inline point_record sample_point(std::uint64_t bytes, double p50_us, bool in_place = false) {
    point_record record;
    record.key.op = "all_reduce";
    record.key.backend = "shm";
    record.key.algorithm = "ring";
    record.key.dtype = "float32";
    record.key.redop = "sum";
    record.key.bytes = bytes;
    record.key.ranks = 2;
    record.key.in_place = in_place;
    record.key.timing = "isolated";
    record.time_us = time_summary{.p50 = p50_us,
                                  .ci_low = p50_us * 0.99,
                                  .ci_high = p50_us * 1.01,
                                  .p95 = p50_us * 1.2,
                                  .p99 = p50_us * 1.5,
                                  .min = p50_us * 0.9,
                                  .max = p50_us * 3};
    record.n = 1200;
    record.stop_reason = "precision";
    record.algbw_gbps = static_cast<double>(bytes) / p50_us / 1e3;
    record.busbw_gbps = record.algbw_gbps;
    record.verified = "yes";
    record.start = "clock";
    record.last_ranks = {{1, 800}, {0, 400}};
    return record;
}

inline point_record without_result(std::uint64_t bytes, point_status status, std::string reason) {
    point_record record = sample_point(bytes, 1);
    record.status = status;
    record.reason = std::move(reason);
    record.time_us.reset();
    record.algbw_gbps.reset();
    record.busbw_gbps.reset();
    record.n = 0;
    record.stop_reason.clear();
    record.last_ranks.clear();
    return record;
}

inline std::vector<point_record> sample_points() {
    std::vector<point_record> points{
        sample_point(8, 0.312),
        sample_point(65536, 12.345),
        sample_point(64ULL << 20, 12345.6),
        without_result(1000, point_status::skipped, "no \"float32\", sum, here"),
        sample_point(8, 0.3, true),
        sample_point(65536, 11.5, true),
        without_result(64ULL << 20, point_status::failed,
                       "rank 1 on bad\x1b[31mhost\n# Out of bounds values : 0 OK"),
        sample_point(4096, 999.97),
    };
    points[1].stop_reason = "budget";
    points[1].flags = {"drifting", "two-humped"};
    points[2].start = "barrier";
    points[2].verified = "no";
    points[2].time_us->ci_low.reset();
    points[2].time_us->ci_high.reset();
    // A third series: another operation, with its bound, and wrong data.
    points[7].key.op = "broadcast";
    points[7].key.redop = "none";
    points[7].key.root = 1;
    points[7].bound_us = 500;
    points[7].percent_of_bound = 50.0;
    point_record wrong = points[7];
    wrong.key.bytes = 8192;
    wrong.status = point_status::invalid;
    wrong.reason = "rank 0, element 3: expected 1, got 2";
    wrong.time_us.reset();
    wrong.algbw_gbps.reset();
    wrong.busbw_gbps.reset();
    wrong.percent_of_bound.reset();
    points.push_back(wrong);
    for (std::size_t i = 0; i < points.size(); ++i) points[i].index = static_cast<int>(i);
    return points;
}

inline std::string print_run(output_format format, const std::vector<point_record>& points,
                             std::int32_t launches = 1, const printer_options& options = {},
                             bool cut = false) {
    std::ostringstream out;
    const auto printer = make_printer(format, out, options);
    printer->begin(sample_header(launches));
    run_end closing;
    closing.status = 4;
    closing.reason = "wrong data";
    closing.finished = "2026-01-31T12:00:10Z";
    for (const point_record& record : points) {
        printer->point(record);
        closing.counts.add(record.status);
    }
    printer->end(cut ? std::nullopt : std::optional(closing));
    return out.str();
}

}  // namespace railgauge
