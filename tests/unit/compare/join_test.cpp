// Which points belong together, and what bad sets are said to be.
#include "harness/compare/join.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "harness/base/error.hpp"
#include "harness/compare/provenance_difference.hpp"
#include "tests/unit/compare/generated.hpp"

namespace railgauge {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;

joined_sets joined(const generated::run_shape& a, const generated::run_shape& b) {
    const generated::folder folder;
    folder.write("a.jsonl", generated::results(a));
    folder.write("b.jsonl", generated::results(b));
    point_table table;
    const result_set first = load_set("a", {folder.path("a.jsonl")}, table);
    const result_set second = load_set("b", {folder.path("b.jsonl")}, table);
    return join(first, second, table);
}

generated::run_shape changed(std::function<void(point_record&)> change) {
    generated::run_shape shape;
    shape.run_id = "changed";
    shape.change = std::move(change);
    return shape;
}

TEST(join, ratios_are_those_of_launches_in_order) {
    generated::run_shape a;
    a.launches = 3;
    a.time = [](int launch, std::size_t) { return 1.0 + launch; };
    generated::run_shape b = a;
    b.run_id = "b";
    b.launches = 2;
    b.time = [](int launch, std::size_t point) {
        return 2.0 * (1 + launch) + (point == 1 ? 1 : 0);
    };
    const joined_sets found = joined(a, b);
    ASSERT_EQ(found.points.size(), 5U);
    ASSERT_EQ(found.pairs, 2U);
    EXPECT_NEAR(found.log_ratios[0], std::log(2), 1e-12);
    EXPECT_NEAR(found.log_ratios[1], std::log(3), 1e-12);
    EXPECT_NEAR(found.log_ratios[6], std::log(2.5), 1e-12);
}

TEST(join, never_across_definitions) {
    const generated::run_shape plain;
    const auto not_joined = [&](std::function<void(point_record&)> change) {
        const joined_sets found = joined(plain, changed(std::move(change)));
        EXPECT_THAT(found.points, IsEmpty());
        return found.definitions;
    };
    EXPECT_THAT(not_joined([](point_record& p) { p.key.timing = "streamed"; }),
                ElementsAre(Pair("timing: isolated, streamed", 5U)));
    EXPECT_THAT(not_joined([](point_record& p) { p.start = "barrier"; }),
                ElementsAre(Pair("start: clock, barrier", 5U)));
    EXPECT_THAT(not_joined([](point_record& p) { p.key.memory = "cuda"; }),
                ElementsAre(Pair("memory: host, cuda", 5U)));
    EXPECT_THAT(not_joined([](point_record& p) { p.key.in_place = true; }),
                ElementsAre(Pair("in place: no, yes", 5U)));
    EXPECT_THAT(not_joined([](point_record& p) { p.key.streams = 2; }),
                ElementsAre(Pair("streams: 1, 2", 5U)));
    EXPECT_THAT(not_joined([](point_record& p) { p.key.graph = true; }),
                ElementsAre(Pair("graph: no, yes", 5U)));
    EXPECT_THAT(not_joined([](point_record& p) { p.key.host_memory = "pageable"; }),
                ElementsAre(Pair("host memory: pinned, pageable", 5U)));
    EXPECT_THAT(not_joined([](point_record& p) { p.key.load_processors = 8; }),
                ElementsAre(Pair("multiprocessors under load: 0, 8", 5U)));
    EXPECT_THAT(not_joined([](point_record& p) { p.key.gpus_per_rank = 2; }),
                ElementsAre(Pair("GPUs a process: 1, 2", 5U)));
    EXPECT_THAT(not_joined([](point_record& p) { p.key.ranks = 4; }), IsEmpty());
}

TEST(join, says_where_launches_were_started_another_way) {
    const auto some_by_barrier = [](point_record& p) {
        p.start = p.launch < 3 ? "barrier" : "clock";
    };
    EXPECT_EQ(joined({}, changed(some_by_barrier)).began_otherwise, 5U);
    EXPECT_EQ(joined(changed(some_by_barrier), {}).began_otherwise, 5U);
    const auto with_another_algorithm = [&](point_record& p) {
        some_by_barrier(p);
        p.key.algorithm = "tree";
    };
    EXPECT_EQ(joined({}, changed(with_another_algorithm)).began_otherwise, 5U);
    // On both sides: each is compared with its like.
    generated::run_shape both = changed(some_by_barrier);
    both.run_id = "both";
    const joined_sets found = joined(both, changed(some_by_barrier));
    EXPECT_EQ(found.points.size(), 10U);
    EXPECT_EQ(found.began_otherwise, 10U);
    EXPECT_THAT(found.definitions, IsEmpty());
    EXPECT_EQ(joined({}, changed([](point_record&) {})).began_otherwise, 0U);
}

TEST(join, a_bandwidth_alone_is_not_a_time) {
    const auto bandwidth = [](double gbps) {
        return changed([gbps](point_record& p) {
            p.key.op = "osu:osu_bw";
            p.time_us.reset();
            p.algbw_gbps = gbps;
        });
    };
    generated::run_shape slow = bandwidth(4);
    slow.run_id = "slow";
    const joined_sets found = joined(bandwidth(8), slow);
    ASSERT_EQ(found.points.size(), 5U);
    EXPECT_NEAR(found.log_ratios[0], std::log(2), 1e-12);
    const generated::run_shape timed = changed([](point_record& p) { p.key.op = "osu:osu_bw"; });
    slow.run_id = "slow";
    EXPECT_THAT(joined(timed, slow).definitions,
                ElementsAre(Pair("figure: a time, a bandwidth alone", 5U)));
}

TEST(join, one_rank_a_device_is_not_two) {
    const auto on = [](const std::string& id, int devices) {
        generated::run_shape shape = changed([](point_record& p) { p.key.memory = "cuda"; });
        shape.provenance =
            devices == 1 ? R"({"gpus":{"devices":[{}]}})" : R"({"gpus":{"devices":[{},{}]}})";
        shape.run_id = id;
        std::string text = generated::results(shape);
        for (std::size_t at = 0; (at = text.find("\"placement\":[]", at)) != std::string::npos;) {
            const std::string two = R"("placement":[{"rank":0,"host":"n"},{"rank":1,"host":"n"}])";
            text.replace(at, 14, two);
            at += two.size();
        }
        return text;
    };
    const generated::folder folder;
    folder.write("a.jsonl", on("a", 1));
    folder.write("b.jsonl", on("b", 2));
    point_table table;
    const result_set first = load_set("a", {folder.path("a.jsonl")}, table);
    const result_set second = load_set("b", {folder.path("b.jsonl")}, table);
    const joined_sets found = join(first, second, table);
    EXPECT_THAT(found.points, IsEmpty());
    EXPECT_THAT(found.definitions, ElementsAre(Pair("ranks a device: 2, 1", 5U)));
}

TEST(join, algorithms_are_compared_where_each_side_has_one) {
    const joined_sets found =
        joined({}, changed([](point_record& p) { p.key.algorithm = "tree"; }));
    EXPECT_EQ(found.points.size(), 5U);
    EXPECT_NE(found.points[0].first, found.points[0].second);
    EXPECT_THAT(found.only_first, IsEmpty());
    EXPECT_THAT(found.only_second, IsEmpty());
}

TEST(join, an_algorithm_that_changes_from_launch_to_launch_is_part_of_the_point) {
    const auto chosen = [](point_record& p) {
        p.key.algorithm = p.launch % 3 == 0 ? "tree" : "ring";
    };
    const joined_sets found = joined({}, changed(chosen));
    ASSERT_EQ(found.points.size(), 5U);
    EXPECT_EQ(found.pairs, 10U);
    for (const double ratio : found.log_ratios) EXPECT_FALSE(std::isnan(ratio));
    EXPECT_THAT(found.only_first, IsEmpty());
    // Two in one launch were asked for: they stay apart, and "ring" meets "ring".
    generated::run_shape both = changed([](point_record& p) {
        if (p.index >= 5) p.key.algorithm = "tree";
    });
    const auto sizes = both.sizes;
    both.sizes.insert(both.sizes.end(), sizes.begin(), sizes.end());
    const joined_sets apart = joined({}, both);
    EXPECT_EQ(apart.points.size(), 5U);
    EXPECT_EQ(apart.only_second.size(), 5U);
}

TEST(join, one_after_the_other_is_not_interleaved) {
    generated::run_shape later;
    later.run_id = "later";
    later.first_minute = 600;
    EXPECT_FALSE(joined({}, later).interleaved);
    later.first_minute = 1;
    EXPECT_TRUE(joined({}, later).interleaved);
}

TEST(result_set, the_same_run_counts_once) {
    const generated::folder folder;
    folder.write("set/a.jsonl", generated::results({}));
    folder.write("set/copy.jsonl", generated::results({}));
    point_table table;
    const result_set set = load_set("set", {folder.path("set")}, table);
    EXPECT_EQ(set.launches.size(), 10U);
    EXPECT_EQ(set.entries.size(), 50U);
    EXPECT_THAT(set.problems, ElementsAre(HasSubstr("counted once")));
}

TEST(result_set, a_folder_without_results_is_refused) {
    const generated::folder folder;
    folder.write("set/notes.txt", "nothing");
    point_table table;
    EXPECT_THROW((void)load_set("set", {folder.path("set")}, table), usage_error);
    EXPECT_THROW((void)load_set("set", {folder.path("none")}, table), system_error);
}

TEST(result_set, bad_lines_are_listed_and_left_out) {
    const generated::folder folder;
    std::string text = generated::results({});
    text.insert(text.find('\n') + 1, "not JSON\n");
    folder.write("a.jsonl", text);
    point_table table;
    const result_set set = load_set("a", {folder.path("a.jsonl")}, table);
    EXPECT_EQ(set.entries.size(), 50U);
    EXPECT_EQ(set.bad_lines, 1U);
    EXPECT_THAT(set.problems, ElementsAre(HasSubstr("a.jsonl:2:2: ")));
}

TEST(result_set, launches_are_in_order_of_time_over_files) {
    const generated::folder folder;
    generated::run_shape shape;
    shape.launches = 1;
    for (const int minute : {30, 10, 20}) {
        shape.run_id = std::to_string(minute);
        shape.first_minute = minute;
        shape.time = [minute](int, std::size_t) { return 1.0 * minute; };
        folder.write(shape.run_id + ".jsonl", generated::results(shape));
    }
    point_table table;
    const result_set set = load_set("a", {folder.path()}, table);
    ASSERT_EQ(set.launches.size(), 3U);
    EXPECT_EQ(set.runs[0].header.run_id, "10");
    for (std::size_t i = 0; i < 3; ++i) {
        EXPECT_EQ(set.entries[i].launch, i);
        EXPECT_EQ(set.entries[i].time_us, 10.0 + 10.0 * static_cast<double>(i));
    }
}

TEST(result_set, rounds_of_a_soak_are_one_value_a_launch) {
    generated::run_shape shape;
    shape.launches = 1;
    shape.sizes = {64, 64, 64, 64};
    shape.time = [](int, std::size_t index) { return std::vector{9.0, 1.0, 3.0, 5.0}[index]; };
    const generated::folder folder;
    folder.write("a.jsonl", generated::results(shape));
    point_table table;
    const result_set set = load_set("a", {folder.path("a.jsonl")}, table);
    ASSERT_EQ(set.entries.size(), 1U);
    EXPECT_EQ(set.entries[0].time_us, 4);
    const result_set best = load_set("a", {folder.path("a.jsonl")}, table, round_value::fastest);
    ASSERT_EQ(best.entries.size(), 1U);
    EXPECT_EQ(best.entries[0].time_us, 1);
    EXPECT_EQ(best.entries[0].point, set.entries[0].point);
}

TEST(join, the_fastest_is_of_equally_many_rounds) {
    generated::run_shape few;
    few.launches = 1;
    few.sizes = {64, 64};
    few.time = [](int, std::size_t index) { return std::vector{6.0, 4.0}[index]; };
    generated::run_shape many;
    many.run_id = "b";
    many.launches = 1;
    many.sizes = {64, 64, 64, 64};
    many.time = [](int, std::size_t index) { return std::vector{9.0, 8.0, 3.0, 1.0}[index]; };
    const generated::folder folder;
    folder.write("a.jsonl", generated::results(few));
    folder.write("b.jsonl", generated::results(many));
    point_table table;
    const auto load = [&](const char* name) {
        return load_set(name, {folder.path(name)}, table, round_value::fastest);
    };
    const joined_sets found = join(load("a.jsonl"), load("b.jsonl"), table);
    ASSERT_EQ(found.log_ratios.size(), 1U);
    EXPECT_DOUBLE_EQ(found.log_ratios[0], std::log(8.0 / 4));
}

TEST(provenance, what_tells_most_stands_first_and_what_always_differs_nowhere) {
    generated::run_shape a;
    a.provenance = R"({"host":{"boot_id":"1","kernel":"6.1","load":"0.1"},"nvidia_driver":"550",
                       "gpus":{"devices":[{"name":"H100","temperature_c":30}]}})";
    generated::run_shape b;
    b.run_id = "b";
    b.provenance = R"({"host":{"boot_id":"2","kernel":"6.8","load":"3"},"nvidia_driver":"570",
                       "gpus":{"devices":[{"name":"H100","temperature_c":60}]}})";
    const generated::folder folder;
    folder.write("a.jsonl", generated::results(a));
    folder.write("b.jsonl", generated::results(b));
    point_table table;
    const auto found = provenance_differences(load_set("a", {folder.path("a.jsonl")}, table),
                                              load_set("b", {folder.path("b.jsonl")}, table));
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(found[0].what, "nvidia_driver");
    EXPECT_EQ(found[0].first, "550");
    EXPECT_EQ(found[0].second, "570");
    EXPECT_EQ(found[1].what, "host.kernel");
}

}  // namespace
}  // namespace railgauge
