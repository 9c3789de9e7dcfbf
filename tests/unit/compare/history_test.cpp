// Histories over generated folders with known changes.
#include "harness/compare/history.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "harness/base/error.hpp"
#include "tests/unit/compare/generated.hpp"

namespace railgauge {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr int day = 1440;

std::string facts(const std::string& host, const std::string& driver) {
    return R"({"host":{"host":")" + host + R"(","nvidia_driver":")" + driver + R"(","load":")" +
           driver + host + R"(","processor":{"model":"EPYC"}}})";
}

struct runs_shape {
    int runs = 20;
    int launches = 3;
    std::string host = "node-1";
    unsigned seed = 1;
    double spread = 0.02;
    std::function<double(int run, std::size_t point)> factor = [](int, std::size_t) { return 1.0; };
    std::function<std::string(int run)> driver = [](int) { return "535"; };
    std::function<void(int run, point_record&)> change = [](int, point_record&) {};
};

void write_runs(const generated::folder& folder, const runs_shape& shape) {
    for (int run = 0; run < shape.runs; ++run) {
        generated::run_shape one;
        one.run_id = shape.host + std::to_string(run);
        one.first_minute = run * day + (shape.host == "node-1" ? 0 : 30);
        one.launches = shape.launches;
        one.provenance = facts(shape.host, shape.driver(run));
        generated::noise noise(shape.seed * 1000 + static_cast<unsigned>(run), shape.spread,
                               shape.spread);
        one.time = [&noise, &shape, run](int launch, std::size_t point) {
            return noise(launch, point) * shape.factor(run, point);
        };
        one.change = [&shape, run](point_record& point) { shape.change(run, point); };
        folder.write(shape.host + "/" + std::to_string(run) + ".jsonl", generated::results(one));
    }
}

struct told : history {
    point_table table;
};

told tell(const generated::folder& folder, const history_options& options = {}) {
    told result;
    static_cast<history&>(result) =
        history_of(read_history({folder.path()}, result.table), result.table, options);
    return result;
}

TEST(history, a_change_of_all_series_is_found_where_it_is_with_what_changed_there) {
    const generated::folder folder;
    runs_shape shape;
    shape.factor = [](int run, std::size_t) { return run < 12 ? 1 : 1.3; };
    shape.driver = [](int run) { return run < 12 ? "535" : "550"; };
    write_runs(folder, shape);
    const told found = tell(folder);
    ASSERT_THAT(found.systems, SizeIs(1));
    const history_system& system = found.systems[0];
    EXPECT_EQ(system.identity.text(), "node-1 (EPYC)");
    ASSERT_THAT(system.events, SizeIs(1));
    EXPECT_EQ(system.events[0].before, 11U);
    EXPECT_EQ(system.events[0].after, 12U);
    EXPECT_THAT(system.events[0].members, SizeIs(5));
    ASSERT_THAT(system.events[0].provenance, SizeIs(1));  // the load is fleeting
    EXPECT_EQ(system.events[0].provenance[0].what, "host.nvidia_driver");
    EXPECT_EQ(system.events[0].provenance[0].first, "535");
    EXPECT_EQ(system.events[0].provenance[0].second, "550");
    for (const history_series& series : system.series) {
        ASSERT_THAT(series.changes, SizeIs(1));
        EXPECT_NEAR(series.changes[0].ratio, 1.3, 0.05);
        EXPECT_NEAR(series.changes[0].before_us, 10, 0.3);
        EXPECT_EQ(series.changes[0].runs_before, 12U);
        EXPECT_EQ(series.changes[0].runs_after, 8U);
    }
}

TEST(history, one_series_of_many_and_back_again) {
    const generated::folder folder;
    runs_shape shape;
    shape.runs = 40;
    shape.factor = [](int run, std::size_t point) {
        return point == 2 && run >= 15 && run < 28 ? 1.5 : 1;
    };
    write_runs(folder, shape);
    const told found = tell(folder);
    const history_system& system = found.systems.at(0);
    ASSERT_THAT(system.events, SizeIs(2));
    EXPECT_EQ(system.events[0].after, 15U);
    EXPECT_EQ(system.events[1].after, 28U);
    EXPECT_THAT(system.events[0].provenance, IsEmpty());
    ASSERT_THAT(system.series[2].changes, SizeIs(2));
    EXPECT_NEAR(system.series[2].changes[0].ratio, 1.5, 0.05);
    EXPECT_NEAR(system.series[2].changes[1].ratio, 1 / 1.5, 0.05);
    EXPECT_EQ(system.series[2].changes[1].runs_before, 13U);
    EXPECT_THAT(system.series[0].changes, IsEmpty());
}

// 5 % of histories may show any change; of 60 more than 9 come once in 1,000 times.
TEST(history, where_nothing_changed_seldom_anything_is_reported) {
    int alarms = 0;
    for (unsigned trial = 0; trial < 60; ++trial) {
        const generated::folder folder;
        runs_shape shape;
        shape.seed = 100 + trial;
        shape.runs = 15;
        shape.launches = 1;
        shape.spread = 0.1;
        write_runs(folder, shape);
        alarms += tell(folder).systems.at(0).events.empty() ? 0 : 1;
    }
    EXPECT_LE(alarms, 9);
}

TEST(history, too_few_runs_are_said_to_be_so) {
    const generated::folder folder;
    runs_shape shape;
    shape.runs = 7;
    shape.factor = [](int run, std::size_t) { return run < 4 ? 1 : 3; };
    write_runs(folder, shape);
    const told found = tell(folder);
    EXPECT_EQ(found.systems.at(0).too_few(), 5U);
    EXPECT_FALSE(found.any_told());
    EXPECT_THAT(found.systems[0].events, IsEmpty());
}

TEST(history, systems_are_kept_apart) {
    const generated::folder folder;
    runs_shape shape;
    shape.runs = 10;
    write_runs(folder, shape);
    shape.host = "node-2";
    shape.factor = [](int, std::size_t) { return 2; };
    write_runs(folder, shape);
    const told both = tell(folder);
    ASSERT_THAT(both.systems, SizeIs(2));
    EXPECT_THAT(both.systems[0].events, IsEmpty());
    EXPECT_THAT(both.systems[1].events, IsEmpty());
    const told one = tell(folder, {.host = "node-2"});
    ASSERT_THAT(one.systems, SizeIs(1));
    EXPECT_THAT(one.systems[0].identity.hosts, ElementsAre("node-2"));
    EXPECT_THAT(one.left_out, ElementsAre("node-1 (EPYC)"));
    EXPECT_THAT(tell(folder, {.host = "node-3"}).systems, IsEmpty());
}

TEST(history, another_algorithm_is_part_of_what_changed) {
    const generated::folder folder;
    runs_shape shape;
    shape.runs = 16;
    shape.change = [](int run, point_record& point) {
        if (run >= 8) point.key.algorithm = "tree";
        if (run >= 8) point.time_us->p50 *= 1.4;
    };
    write_runs(folder, shape);
    const told found = tell(folder);
    ASSERT_THAT(found.systems.at(0).series, SizeIs(5));
    EXPECT_TRUE(found.systems[0].series[0].any_algorithm);
    ASSERT_THAT(found.systems[0].events, SizeIs(1));
    EXPECT_EQ(found.systems[0].events[0].after, 8U);
}

TEST(history, bad_files_are_named_and_the_rest_used) {
    const generated::folder folder;
    runs_shape shape;
    shape.runs = 12;
    write_runs(folder, shape);
    folder.write("node-1/empty.jsonl", "");
    folder.write("node-1/garbage.jsonl", std::string("\x1b]0;x\x07{\0\xff", 10));
    folder.write("node-1/newer.jsonl",
                 R"({"kind":"header","schema":"railgauge-results","version":"9.0.0"})"
                 "\n");
    generated::run_shape again;
    again.run_id = "node-13";
    folder.write("node-1/copy.jsonl", generated::results(again));
    generated::run_shape cut;
    cut.run_id = "cut";
    cut.first_minute = 11 * day + 100;
    cut.provenance = facts("node-1", "535");
    const std::string whole = generated::results(cut);
    folder.write("node-1/zcut.jsonl", whole.substr(0, whole.size() * 2 / 3));
    const told found = tell(folder);
    for (const char* name : {"empty.jsonl", "garbage.jsonl", "newer.jsonl", "zcut.jsonl"}) {
        EXPECT_THAT(found.problems, Contains(HasSubstr(name)));
    }
    EXPECT_THAT(found.problems, Contains(HasSubstr("counted once")));
    ASSERT_THAT(found.systems, SizeIs(1));
    EXPECT_THAT(found.systems[0].runs, SizeIs(13));
    EXPECT_TRUE(found.systems[0].runs.back().cut);
}

TEST(history, a_folder_without_results_is_refused) {
    const generated::folder folder;
    EXPECT_THROW((void)tell(folder), usage_error);
}

TEST(system_identity, names_the_first_of_many_hosts) {
    system_identity many{{"a", "b", "c", "d", "e"}, "", "8 x H100"};
    EXPECT_EQ(many.text(), "a, b, c and 2 more hosts (8 x H100)");
    EXPECT_EQ(system_identity{}.text(), "host not said");
}

}  // namespace
}  // namespace railgauge
