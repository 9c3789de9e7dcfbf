// Results files for the report's tests, one with names that try to be markup.
#pragma once

#include <unistd.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "harness/record/lines.hpp"
#include "harness/record/summarise.hpp"
#include "harness/report/report_content.hpp"

namespace railgauge::report_sample {

constexpr const char* hostile = "<script>alert('x')</script>\"&|`_\n# TYPE";

class scratch_file {
public:
    explicit scratch_file(const std::string& text) {
        static int count = 0;
        path_ = (std::filesystem::temp_directory_path() /
                 ("railgauge_report_" + std::to_string(getpid()) + "_" + std::to_string(count++)))
                    .string();
        std::ofstream(path_, std::ios::binary) << text;
    }
    ~scratch_file() {
        std::error_code fault;
        std::filesystem::remove(path_, fault);
    }
    scratch_file(const scratch_file&) = delete;
    scratch_file& operator=(const scratch_file&) = delete;
    [[nodiscard]] const std::string& path() const noexcept { return path_; }

private:
    std::string path_;
};

inline run_header header(const std::string& id, std::int64_t points) {
    run_header result;
    result.run_id = id;
    result.started = "2026-01-31T12:00:00.000Z";
    result.command = {"railgauge", "run", hostile};
    result.plan.points = points;
    result.plan.suite = "quick";
    result.plan.hash = "0123456789abcdef";
    result.provenance_json =
        to_line(run_end{.status = 0, .reason = hostile, .finished = "", .counts = {}});
    return result;
}

inline point_record point(std::int64_t index, const std::string& op, std::uint64_t bytes,
                          double time_us, std::int32_t launch = 0) {
    point_record one;
    one.index = index;
    one.key.op = op;
    one.key.backend = "shm";
    one.key.algorithm = "ring";
    one.key.dtype = "float32";
    one.key.redop = "sum";
    one.key.bytes = bytes;
    one.key.ranks = 4;
    one.key.timing = "isolated";
    one.launch = launch;
    std::vector<double> samples;
    for (int i = 0; i < 20; ++i) samples.push_back(time_us * (1 + 0.01 * ((i * 7) % 11 - 5)));
    fill_statistics(one, samples);
    fill_bandwidths(one);
    one.verified = "yes";
    one.stop_reason = "precision";
    return one;
}

inline point_record pair(std::int64_t index, std::int32_t from, std::int32_t to,
                         const std::string& host) {
    point_record one = point(index, "send", 1 << 20, 100.0 + from + 10 * to);
    one.key.ranks = 2;
    one.key.group = "pairs:" + std::to_string(from) + "-" + std::to_string(to);
    one.place = group_place{0, 1, 1, {{from, host}, {to, "node-2"}}};
    return one;
}

inline std::string file_text(const std::string& id, const std::vector<point_record>& points) {
    std::string text = to_line(header(id, static_cast<std::int64_t>(points.size()))) + '\n';
    run_end end;
    end.finished = "2026-01-31T12:00:02.000Z";
    for (const point_record& one : points) {
        text += to_line(one) + '\n';
        end.counts.add(one.status);
    }
    return text + to_line(end) + '\n';
}

/// Two operations, three launches, a bound, a failed point with a hostile reason, pairs.
inline std::vector<point_record> points() {
    std::vector<point_record> all;
    for (std::int32_t launch = 0; launch < 3; ++launch) {
        for (int i = 0; i < 4; ++i) {
            const std::uint64_t bytes = std::uint64_t{8} << (8 * i);
            all.push_back(point(i, "all_reduce", bytes, 2.0 * std::pow(4, i) + launch, launch));
            all.back().bound_us = std::pow(4, i);
            all.back().percent_of_bound = 100 * *all.back().bound_us / all.back().time_us->p50;
        }
    }
    all.push_back(point(4, "broadcast", 1000, 3));
    point_record failed = point(5, "broadcast", 2000, 3);
    failed.status = point_status::failed;
    failed.reason = hostile;
    failed.time_us.reset();
    failed.samples_us.clear();
    failed.algbw_gbps.reset();
    failed.busbw_gbps.reset();
    all.push_back(failed);
    all.push_back(pair(6, 0, 1, hostile));
    all.push_back(pair(7, 1, 0, hostile));
    return all;
}

inline report_content content() {
    const scratch_file file(file_text("aa", points()));
    report_content read = read_content({file.path()});
    read.runs[0].file = "run.jsonl";
    return read;
}

}  // namespace railgauge::report_sample
