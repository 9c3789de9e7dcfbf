// Results files with known effects, for the tests of comparisons.
#pragma once

#include <unistd.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "harness/record/lines.hpp"

namespace railgauge::generated {

/// A folder that goes away with the test.
class folder {
public:
    folder() {
        static int count = 0;
        path_ = std::filesystem::temp_directory_path() /
                ("railgauge-compare-" + std::to_string(::getpid()) + "-" + std::to_string(count++));
        std::filesystem::create_directories(path_);
    }
    ~folder() { std::filesystem::remove_all(path_); }
    folder(const folder&) = delete;
    folder& operator=(const folder&) = delete;

    [[nodiscard]] std::string path(const std::string& name = "") const {
        return name.empty() ? path_.string() : (path_ / name).string();
    }
    void write(const std::string& name, const std::string& text) const {
        std::filesystem::create_directories((path_ / name).parent_path());
        std::ofstream(path_ / name, std::ios::binary) << text;
    }

private:
    std::filesystem::path path_;
};

inline std::string when(int minute, int second = 0) {
    char text[40];
    std::snprintf(text, sizeof text, "2026-01-%02dT%02d:%02d:%02d.000Z", 1 + minute / 1440,
                  minute / 60 % 24, minute % 60, second);
    return text;
}

inline point_record point(const std::string& op, std::uint64_t bytes, double time_us) {
    point_record result;
    result.key.op = op;
    result.key.backend = "shm";
    result.key.algorithm = "ring";
    result.key.dtype = "float32";
    result.key.redop = "sum";
    result.key.bytes = bytes;
    result.key.ranks = 2;
    result.key.timing = "isolated";
    result.start = "clock";
    result.time_us = time_summary{time_us, {}, {}, time_us, time_us, time_us, time_us};
    result.n = 100;
    return result;
}

struct run_shape {
    std::string run_id = "run";
    int first_minute = 0;
    int minutes_a_launch = 2;  ///< so that another run's launches fit between
    int launches = 10;
    std::vector<std::string> operations{"all_reduce"};
    std::vector<std::uint64_t> sizes{64, 4096, 65536, 1 << 20, 8 << 20};
    std::string provenance = R"({"host":{"kernel":"6.1"}})";
    /// The median of a point in a launch, in microseconds.
    std::function<double(int launch, std::size_t point)> time = [](int, std::size_t) {
        return 10.0;
    };
    std::function<void(point_record&)> change = [](point_record&) {};
};

inline std::string results(const run_shape& shape) {
    run_header header;
    header.run_id = shape.run_id;
    header.started = when(shape.first_minute);
    header.plan.hash = "0";
    header.plan.launches = shape.launches;
    header.provenance_json = shape.provenance;
    std::string text = to_line(header) + "\n";
    for (int launch = 0; launch < shape.launches; ++launch) {
        const int minute = shape.first_minute + launch * shape.minutes_a_launch;
        text += to_line(launch_record{launch, "before", when(minute, 1), {}, {}}) + "\n";
        std::size_t index = 0;
        for (const std::string& op : shape.operations) {
            for (const std::uint64_t bytes : shape.sizes) {
                point_record one = point(op, bytes, shape.time(launch, index));
                one.index = static_cast<std::int64_t>(index++);
                one.launch = launch;
                shape.change(one);
                text += to_line(one) + "\n";
            }
        }
    }
    return text + to_line(run_end{}) + "\n";
}

/// Launches that are slow as a whole and points that are noisy on their own, both log-normal.
class noise {
public:
    noise(unsigned seed, double launch_spread, double point_spread, double factor = 1)
        : random_(seed), launch_(launch_spread), point_(point_spread), factor_(factor) {}

    double operator()(int launch, std::size_t) {
        if (launch != last_) {
            last_ = launch;
            common_ = launch_ * normal_(random_);
        }
        return 10 * factor_ * std::exp(common_ + point_ * normal_(random_));
    }

private:
    std::mt19937_64 random_;
    std::normal_distribution<double> normal_;
    double launch_;
    double point_;
    double factor_;
    double common_ = 0;
    int last_ = -1;
};

/// A pair of runs whose launches take turns.
inline run_shape first_of_pair(unsigned seed, double launch_spread, double point_spread) {
    run_shape shape;
    shape.run_id = "a" + std::to_string(seed);
    shape.time = noise(2 * seed, launch_spread, point_spread);
    return shape;
}
inline run_shape second_of_pair(unsigned seed, double launch_spread, double point_spread,
                                double factor = 1) {
    run_shape shape;
    shape.run_id = "b" + std::to_string(seed);
    shape.first_minute = 1;
    shape.time = noise(2 * seed + 1, launch_spread, point_spread, factor);
    return shape;
}

}  // namespace railgauge::generated
