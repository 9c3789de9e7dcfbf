// From the flags of `run` to a suite.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <CLI/CLI.hpp>
#include <string>

#include "harness/base/error.hpp"
#include "harness/cli/run_options.hpp"

namespace railgauge {
namespace {

using testing::AllOf;
using testing::Each;
using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

run_options given(const std::string& words) {
    CLI::App app;
    CLI::App* verb = app.add_subcommand("run");
    run_options options;
    declare_run_flags(*verb, options);
    app.parse("run " + words);
    return options;
}

suite_case only_case(const std::string& words) {
    const suite made = suite_from(given(words));
    EXPECT_THAT(made.cases, SizeIs(1));
    return made.cases.at(0);
}

std::string refusal(const std::string& words) {
    try {
        static_cast<void>(suite_from(given(words)));
    } catch (const usage_error& wrong) {
        return wrong.what();
    } catch (const CLI::ParseError& wrong) {
        return wrong.what();
    }
    return "";
}

TEST(suite_from, nothing_given_is_quick) {
    const suite quick = suite_from(given(""));
    EXPECT_EQ(quick.name, "quick");
    EXPECT_THAT(quick.cases, testing::Not(IsEmpty()));
}

TEST(suite_from, an_operation_or_a_size_makes_a_suite_of_flags) {
    const suite_case one = only_case("--op broadcast");
    EXPECT_THAT(one.operations, ElementsAre(operation_kind::broadcast));
    EXPECT_EQ(one.bytes.front(), 8U);
    EXPECT_EQ(one.bytes.back(), 64U << 20);
    EXPECT_THAT(only_case("--bytes 5,3").bytes, ElementsAre(5, 3));
    EXPECT_THAT(only_case("--bytes 8").operations, ElementsAre(operation_kind::all_reduce));
}

TEST(suite_from, every_flag_lands_in_its_place) {
    const suite_case one = only_case(
        "--op all_reduce,reduce --backend shm --bytes 8..32 --dtype half,int8 --redop max,min "
        "--root 1,0 --in-place --algorithm ring,auto --timing both --precision 2% --budget 50ms "
        "--iterations 20 --warm-up 0");
    EXPECT_THAT(one.operations, ElementsAre(operation_kind::all_reduce, operation_kind::reduce));
    EXPECT_THAT(one.backends, ElementsAre("shm"));
    EXPECT_THAT(one.bytes, ElementsAre(8, 16, 32));
    EXPECT_THAT(one.types, ElementsAre(dtype::float16, dtype::int8));
    EXPECT_THAT(one.redops, ElementsAre(redop::max, redop::min));
    EXPECT_THAT(one.roots, ElementsAre(1, 0));
    EXPECT_THAT(one.in_place, ElementsAre(true));
    EXPECT_THAT(one.algorithms, ElementsAre("ring", "auto"));
    EXPECT_THAT(one.timings, ElementsAre(timing_kind::isolated, timing_kind::streamed));
    EXPECT_DOUBLE_EQ(one.stop.precision, 0.02);
    EXPECT_DOUBLE_EQ(one.stop.budget_s, 0.05);
    EXPECT_EQ(one.stop.iterations, 20U);
    EXPECT_EQ(one.stop.warm_up, 0U);
}

TEST(suite_from, nccl_tests_letters) {
    EXPECT_THAT(only_case("-b 8 -e 64 -f 4").bytes, ElementsAre(8, 32));
    EXPECT_THAT(only_case("-b 8 -e 32 -i 8").bytes, ElementsAre(8, 16, 24, 32));
    EXPECT_THAT(only_case("-b 8 -e 32").bytes, ElementsAre(8, 16, 32));
    EXPECT_THAT(only_case("-b 1K").bytes, ElementsAre(1024));
    EXPECT_THAT(only_case("-e 1K").bytes, ElementsAre(1024));
    EXPECT_THAT(only_case("-b 1K -e 1K -f 2").bytes, ElementsAre(1024));
    const suite_case one = only_case("-b 8 -n 20 -w 5 -d double -o prod -r 1 -c 1");
    EXPECT_EQ(one.stop.iterations, 20U);
    EXPECT_EQ(one.stop.warm_up, 5U);
    EXPECT_THAT(one.types, ElementsAre(dtype::float64));
    EXPECT_THAT(one.redops, ElementsAre(redop::prod));
    EXPECT_THAT(one.roots, ElementsAre(1));
    EXPECT_EQ(given("-c 0").check, 0);
}

TEST(suite_from, several_gpus_a_rank_are_of_nccl) {
    const suite_case one = only_case("-b 8 --gpus-per-rank 4");
    EXPECT_EQ(one.gpus_per_rank, 4);
    EXPECT_THAT(one.backends, ElementsAre("nccl"));
    EXPECT_THAT(only_case("-b 8 -g 2 --backend nccl,shm").backends, ElementsAre("nccl", "shm"));
    EXPECT_TRUE(only_case("-b 8 -g 1").backends.empty());
    EXPECT_NE(refusal("-g 0"), "");
    EXPECT_NE(refusal("--gpus-per-rank 65"), "");
}

TEST(suite_from, what_contradicts_itself_is_refused) {
    EXPECT_THAT(refusal("-f 2"), HasSubstr("give -b and -e"));
    EXPECT_THAT(refusal("-i 8"), HasSubstr("give -b and -e"));
    EXPECT_THAT(refusal("-b 8 -e 64 -f 2 -i 8"), HasSubstr("exclude each other"));
    EXPECT_THAT(refusal("-b 8 --bytes 8"), HasSubstr("use one of them"));
    EXPECT_THAT(refusal("-b 64 -e 8"), HasSubstr("below its start"));
    EXPECT_THAT(refusal("-b 8 -e 64 -f 1"), HasSubstr("factor"));
    EXPECT_THAT(refusal("-b 8 -e 64 -f -3"), HasSubstr("Value -3 not in range"));
    EXPECT_NE(refusal("-c 2"), "");
    EXPECT_NE(refusal("--iterations 0"), "");
    EXPECT_NE(refusal("--timing soon"), "");
    EXPECT_NE(refusal("--ranks 0"), "");
    EXPECT_THAT(refusal("--budget 0s"), HasSubstr("--budget"));
    EXPECT_THAT(refusal("--precision 5"), HasSubstr("no share"));
}

TEST(suite_from, unknown_words_have_a_near_miss) {
    EXPECT_THAT(refusal("--op al_reduce"), HasSubstr("did you mean 'all_reduce'?"));
    EXPECT_THAT(refusal("--bytes 8 --dtype flaot32"),
                AllOf(HasSubstr("unknown dtype 'flaot32'"), HasSubstr("did you mean 'float32'?")));
    EXPECT_THAT(refusal("--bytes 8 --redop summ"), HasSubstr("did you mean 'sum'?"));
    EXPECT_THAT(refusal("--suite quik"), HasSubstr("did you mean 'quick'?"));
    EXPECT_THAT(refusal("--bytes 8 --dtype int8,,int16"), HasSubstr("unknown dtype ''"));
}

TEST(suite_from, flags_stand_over_a_suites_values) {
    const suite before = suite_from(given(""));
    const suite after =
        suite_from(given("--suite quick --dtype int64 --bytes 16 --timing streamed --budget 1ms"));
    ASSERT_EQ(after.cases.size(), before.cases.size());
    for (std::size_t i = 0; i < after.cases.size(); ++i) {
        EXPECT_EQ(after.cases[i].operations, before.cases[i].operations);
    }
    EXPECT_THAT(after.cases, Each(Field(&suite_case::types, ElementsAre(dtype::int64))));
    EXPECT_THAT(after.cases, Each(Field(&suite_case::bytes, ElementsAre(16))));
    // What was not given stays.
    EXPECT_DOUBLE_EQ(after.cases[0].stop.precision, before.cases[0].stop.precision);
    EXPECT_THAT(after.cases[0].timings, ElementsAre(timing_kind::streamed));
}

TEST(suite_from, op_picks_among_a_suites_operations) {
    const suite picked = suite_from(given("--suite quick --op broadcast"));
    EXPECT_THAT(picked.cases,
                Each(Field(&suite_case::operations, ElementsAre(operation_kind::broadcast))));
    EXPECT_THAT(picked.cases, testing::Not(IsEmpty()));
}

TEST(suite_from, what_is_asked_twice_is_measured_once) {
    EXPECT_THAT(only_case("--op all_reduce,all --bytes 8").operations,
                SizeIs(all_operation_kinds.size()));
    EXPECT_THAT(only_case("--bytes 8 --dtype float,float32").types, SizeIs(1));
    EXPECT_THAT(only_case("--bytes 8 --root 0,0").roots, SizeIs(1));
}

TEST(suite_from, reads_windows_memory_and_groups) {
    const suite_case one = only_case(
        "--op send --window 1,16 --memory host,cuda --groups pairs,intra-host --groups ranks=0-1 "
        "--rounds 4");
    EXPECT_THAT(one.windows, ElementsAre(1, 16));
    EXPECT_THAT(one.memories, ElementsAre(memory_kind::host, memory_kind::cuda));
    EXPECT_THAT(one.groups, SizeIs(3));
    EXPECT_EQ(one.rounds, 4);
    EXPECT_THAT(only_case("--op send").groups, ElementsAre(group_rule{}));
    EXPECT_THAT(refusal("--op send --window 0"), HasSubstr("--window"));
    EXPECT_THAT(refusal("--op send --window 1,,2"), HasSubstr("--window"));
    EXPECT_THAT(refusal("--op send --memory gpu"), HasSubstr("known: all, cuda, host"));
    EXPECT_THAT(refusal("--op send --groups nobody"), HasSubstr("unknown groups"));
    EXPECT_THAT(refusal("--op send --groups world --rounds 2"), HasSubstr("--groups pairs"));
}

TEST(suite_from, reads_how_a_device_is_to_execute) {
    const suite_case one =
        only_case("--op all_reduce --graph both --registration all --streams 2,1");
    EXPECT_THAT(one.graphs, ElementsAre(false, true));
    EXPECT_THAT(one.registrations, ElementsAre(registration_kind::none, registration_kind::buffer,
                                               registration_kind::window));
    EXPECT_THAT(one.streams, ElementsAre(2, 1));
    EXPECT_THAT(only_case("--op all_reduce --graph on").graphs, ElementsAre(true));
    EXPECT_THAT(only_case("--op all_reduce --graph off").graphs, ElementsAre(false));
    EXPECT_THAT(only_case("--op all_reduce").memories, IsEmpty());
    const suite_case copies =
        only_case("--op all_reduce --host-memory all --host-numa local,1 --load 0,16");
    EXPECT_THAT(copies.host_memories,
                ElementsAre(host_memory_kind::pinned, host_memory_kind::pageable));
    EXPECT_THAT(copies.host_numas, ElementsAre(local_numa, 1));
    EXPECT_THAT(copies.loads, ElementsAre(0, 16));
    EXPECT_THAT(refusal("--op send --host-memory page"), HasSubstr("pageable"));
    EXPECT_THAT(refusal("--op send --host-numa near"), HasSubstr("expected local"));
    EXPECT_THAT(refusal("--op send --load -1"), HasSubstr("--load"));
    EXPECT_THAT(refusal("--op send --graph yes"), HasSubstr("--graph"));
    EXPECT_THAT(refusal("--op send --streams 65"), HasSubstr("--streams"));
    EXPECT_THAT(refusal("--op send --registration windows"), HasSubstr("did you mean 'window'"));
}

}  // namespace
}  // namespace railgauge
