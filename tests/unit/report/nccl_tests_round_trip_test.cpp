// What --format nccl-tests prints, convert reads back: the same points, to the figures' digits.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "harness/record/import.hpp"
#include "harness/record/key_text.hpp"
#include "harness/report/nccl_tests_printer.hpp"
#include "tests/unit/report/report_sample.hpp"

namespace railgauge {
namespace {

std::vector<point_record> varied() {
    std::vector<point_record> all;
    std::int64_t index = 0;
    const auto add = [&](auto&& change) {
        for (const std::uint64_t bytes : {1024U, 65536U}) {
            for (std::int32_t launch = 0; launch < 2; ++launch) {
                point_record one = report_sample::point(index, "all_reduce", bytes, 20, launch);
                change(one);
                fill_bandwidths(one);
                all.push_back(one);
            }
            ++index;
        }
    };
    add([](point_record&) {});
    add([](point_record& one) { one.key.algorithm = "recursive-doubling"; });
    add([](point_record& one) { one.key.in_place = true; });
    add([](point_record& one) { one.key.timing = "streamed"; });
    add([](point_record& one) { one.key.dtype = "fp8_e4m3"; });
    add([](point_record& one) {
        one.key.op = "broadcast";
        one.key.redop = "none";
        one.key.root = 3;
        one.key.backend = "mpi";
    });
    add([](point_record& one) {
        one.key.op = "send";
        one.key.redop = "none";
        one.key.ranks = 2;
        one.key.window = 16;
        one.key.group = "pairs:3-1";
        one.place = group_place{0, 1, 1, {{3, "a"}, {1, "b"}}};
    });
    add([](point_record& one) {
        one.key.backend = "nccl";
        one.key.memory = "cuda";
        one.key.graph = true;
        one.key.streams = 4;
        one.key.registration = "window";
    });
    add([](point_record& one) {
        one.key.op = "host_to_device";
        one.key.redop = "none";
        one.key.backend = "cuda";
        one.key.memory = "cuda";
        one.key.host_memory = "pageable";
        one.key.host_numa = 1;
        one.key.load_processors = 16;
        one.key.group = "ranks:0-3";
        one.place = group_place{0, 1, 1, {}};
    });
    // As a run writes them: launch by launch.
    std::ranges::stable_sort(all, {}, &point_record::launch);
    return all;
}

std::map<std::string, std::vector<double>> times_of(const std::vector<point_record>& points,
                                                    bool named_algorithms) {
    std::map<std::string, std::vector<double>> found;
    for (const point_record& point : points) {
        point_key key = point.key;
        if (!named_algorithms) key.algorithm.clear();
        found[std::to_string(point.launch) + " " + text_of(key)].push_back(point.time_us->p50);
    }
    return found;
}

TEST(nccl_tests_text, comes_back_as_it_went) {
    const std::vector<point_record> points = varied();
    std::ostringstream text;
    nccl_tests_printer printer(text);
    printer.begin(report_sample::header("0123", 1));
    for (const point_record& point : points) printer.point(point);
    printer.end(std::nullopt);
    EXPECT_EQ(guess_import_format(text.str()), import_format::nccl_tests);
    const imported_run back = import_run(text.str(), "x", import_format::nccl_tests);
    EXPECT_EQ(back.problem_count, 0U) << back.problems[0].message;
    EXPECT_FALSE(back.cut);
    // Which algorithm it was is said where a table has several; else nothing is lost by it.
    const auto before = times_of(points, false);
    const auto after = times_of(back.points, false);
    ASSERT_EQ(before.size(), after.size());
    for (const auto& [key, times] : before) {
        ASSERT_TRUE(after.contains(key)) << key;
        ASSERT_EQ(after.at(key).size(), times.size()) << key;
        EXPECT_NEAR(after.at(key)[0], times[0], 0.005) << key;
    }
    const auto named = [](const point_record& point) {
        return point.key.algorithm == "recursive-doubling";
    };
    EXPECT_EQ(std::ranges::count_if(back.points, named), 4);
    EXPECT_EQ(back.header.plan.launches, 2);
    EXPECT_EQ(text.str().find("# algorithm: ring") != std::string::npos, true);
}

}  // namespace
}  // namespace railgauge
