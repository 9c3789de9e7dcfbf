// A fixed run for the record's tests: a header, a launch, points of every kind, an end.
#pragma once

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "harness/record/lines.hpp"
#include "harness/record/summarise.hpp"

namespace railgauge::example {

inline run_header header() {
    run_header result;
    result.run_id = "00112233445566778899aabbccddeeff";
    result.started = "2026-01-31T12:00:00.000Z";
    result.command = {"railgauge", "run", "--op", "all_reduce"};
    result.plan = {4, 1, "quick", "0123456789abcdef", R"({"precision":0.01,"budget_s":0.5})"};
    result.provenance_json = R"({"hosts":[{"name":"node-1","cpus":2}],"environment":{}})";
    return result;
}

inline launch_record launch() {
    return {0,
            "before",
            "2026-01-31T12:00:00.100Z",
            {{"ping_pong_ns", 61.5}, {"copy_gbps", 11.25}},
            {{0, "node-1", 0, "0"}, {1, "node-1", 1, "1"}}};
}

inline point_record point(std::int64_t index) {
    point_record result;
    result.index = index;
    result.key = {
        "all_reduce", "shm", "ring",    "float32", "sum", std::uint64_t{64} << index, 2, 0,
        "world",      false, "isolated"};
    result.stop_reason = "precision";
    result.bound_reason = "shared memory has no bound";
    result.verified = "yes";
    result.start = "clock";
    result.warm_up = 32;
    result.harness_us = 0.02;
    result.elapsed_s = 0.25;
    result.last_ranks = {{1, 5}, {0, 3}};
    fill_statistics(result, {1.25, 1.5, 1.00001, 1.125, 2.0, 1.375, 1.25, 10.0});
    fill_bandwidths(result);
    return result;
}

inline point_record skipped_point(std::int64_t index) {
    point_record result;
    result.index = index;
    result.key = {"barrier", "mpi", "auto", "uint8", "none", 0, 2, 0, "world", false, "streamed"};
    result.status = point_status::skipped;
    result.reason = "MPI has no such type";
    return result;
}

inline point_record short_point(std::int64_t index) {
    point_record result = point(index);
    fill_statistics(result, {3.0, 2.0});
    fill_bandwidths(result);
    result.last_ranks.clear();
    return result;
}

inline point_record device_point(std::int64_t index) {
    point_record result = point(index);
    result.key.backend = "nccl";
    result.key.algorithm = "RING";
    result.key.memory = "cuda";
    result.key.graph = true;
    result.key.registration = "window";
    result.key.streams = 4;
    result.key.host_memory = "pageable";
    result.key.host_numa = 1;
    result.key.load_processors = 16;
    result.key.gpus_per_rank = 2;
    result.protocol = "LL128";
    result.channels = 16;
    result.library_estimate_us = 9.5;
    result.load_lost_share = 0.125;
    result.energy = {12.5, 7.5, 20.0, 0.25};
    result.gpu_temperature_c = 61;
    return result;
}

inline communicator_record communicator() {
    return {1, "nccl", "intra-host:node-1", 8, 512345.5, 7};
}

inline run_end end() {
    run_end result;
    result.finished = "2026-01-31T12:00:02.000Z";
    result.counts.of = {3, 1, 0, 0};
    return result;
}

inline std::string text() {
    std::string lines;
    for (const std::string& line :
         {to_line(header()), to_line(launch()), to_line(point(0)), to_line(point(1)),
          to_line(short_point(2)), to_line(skipped_point(3)), to_line(end())}) {
        lines += line + '\n';
    }
    return lines;
}

inline std::vector<point_key> keys() {
    return {point(0).key, point(1).key, short_point(2).key, skipped_point(3).key};
}

/// Of a pair of ranks on hosts a and b, in this round of two.
inline point_record row_of_pair(std::int64_t index, int round, const std::string& group,
                                int concurrent) {
    point_record row = point(index);
    row.key.group = group;
    row.place = group_place{round, 2, concurrent, {{0, "a"}, {1, "b"}}};
    return row;
}

/// A file in a folder of its own that goes away with it.
class scratch_file {
public:
    explicit scratch_file(const std::string& content = {}) {
        std::string pattern =
            (std::filesystem::temp_directory_path() / "railgauge-XXXXXX").string();
        folder_ = ::mkdtemp(pattern.data());
        if (!content.empty()) write(content);
    }
    ~scratch_file() {
        std::error_code ignored;
        std::filesystem::remove_all(folder_, ignored);
    }
    scratch_file(const scratch_file&) = delete;
    scratch_file& operator=(const scratch_file&) = delete;

    void write(const std::string& content) const {
        std::ofstream(path(), std::ios::binary) << content;
    }
    [[nodiscard]] std::string read() const {
        std::ifstream file(path(), std::ios::binary);
        std::ostringstream content;
        content << file.rdbuf();
        return content.str();
    }
    [[nodiscard]] std::string path() const { return folder_ + "/results.jsonl"; }

private:
    std::string folder_;
};

}  // namespace railgauge::example
