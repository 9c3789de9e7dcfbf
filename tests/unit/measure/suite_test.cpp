#include "harness/measure/suite.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>

#include "harness/base/error.hpp"

namespace railgauge {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::StartsWith;

constexpr const char* least = "[suite]\nname = \"s\"\n[[case]]\nop = \"all_reduce\"\nbytes = 8\n";

// The text of the input_error that parsing gives; empty where it parses.
std::string refusal(const std::string& text) {
    try {
        static_cast<void>(parse_suite(text, "s.toml"));
    } catch (const input_error& wrong) {
        return wrong.what();
    }
    return "";
}

std::string refusal_of_case(const std::string& line) {
    return refusal("[suite]\nname = \"s\"\n[[case]]\n" + line + "\n");
}

// With the keys that a case cannot do without before it, so the line under test is line 6.
std::string refusal_of_key(const std::string& line) {
    return refusal(least + line + "\n");
}

TEST(parse_suite, the_least_suite_has_the_documented_defaults) {
    const suite read = parse_suite(least, "s.toml");
    EXPECT_EQ(read.name, "s");
    ASSERT_THAT(read.cases, SizeIs(1));
    const suite_case& one = read.cases[0];
    EXPECT_THAT(one.operations, ElementsAre(operation_kind::all_reduce));
    EXPECT_THAT(one.bytes, ElementsAre(8));
    EXPECT_THAT(one.types, ElementsAre(dtype::float32));
    EXPECT_THAT(one.redops, ElementsAre(redop::sum));
    EXPECT_THAT(one.roots, ElementsAre(0));
    EXPECT_THAT(one.in_place, ElementsAre(false));
    EXPECT_THAT(one.timings, ElementsAre(timing_kind::isolated));
    EXPECT_THAT(one.backends, IsEmpty());
    EXPECT_THAT(one.algorithms, IsEmpty());
    EXPECT_EQ(one.stop.iterations, 0U);
    EXPECT_FALSE(one.stop.warm_up.has_value());
}

TEST(parse_suite, reads_every_key) {
    const suite read = parse_suite(R"(
[suite]
name = "mine"
description = "what for"
budget = "200ms"
precision = "2%"
iterations = 7
warm_up = 3

[[case]]
op = ["all_reduce", "broadcast"]
bytes = ["8..32", 5, "1M"]
dtype = ["float16", "int8"]
redop = ["max", "avg"]
root = [0, 1]
in_place = [false, true]
algorithm = ["ring", "auto"]
timing = ["isolated", "streamed"]
backend = ["shm", "mpi"]

[[case]]
op = "barrier"
budget = "1s"
precision = "0.5%"
iterations = 0
warm_up = 0
)",
                                   "s.toml");
    EXPECT_EQ(read.description, "what for");
    ASSERT_THAT(read.cases, SizeIs(2));
    const suite_case& one = read.cases[0];
    EXPECT_THAT(one.operations, ElementsAre(operation_kind::all_reduce, operation_kind::broadcast));
    EXPECT_THAT(one.bytes, ElementsAre(8, 16, 32, 5, 1 << 20));
    EXPECT_THAT(one.types, ElementsAre(dtype::float16, dtype::int8));
    EXPECT_THAT(one.redops, ElementsAre(redop::max, redop::avg));
    EXPECT_THAT(one.roots, ElementsAre(0, 1));
    EXPECT_THAT(one.in_place, ElementsAre(false, true));
    EXPECT_THAT(one.algorithms, ElementsAre("ring", "auto"));
    EXPECT_THAT(one.timings, ElementsAre(timing_kind::isolated, timing_kind::streamed));
    EXPECT_THAT(one.backends, ElementsAre("shm", "mpi"));
    EXPECT_DOUBLE_EQ(one.stop.budget_s, 0.2);
    EXPECT_DOUBLE_EQ(one.stop.precision, 0.02);
    EXPECT_EQ(one.stop.iterations, 7U);
    EXPECT_EQ(one.stop.warm_up, 3U);

    const suite_case& two = read.cases[1];
    EXPECT_THAT(two.bytes, IsEmpty());
    EXPECT_DOUBLE_EQ(two.stop.budget_s, 1.0);
    EXPECT_DOUBLE_EQ(two.stop.precision, 0.005);
    EXPECT_EQ(two.stop.iterations, 0U);
    EXPECT_EQ(two.stop.warm_up, 0U);
}

TEST(parse_suite, all_stands_for_every_word) {
    const suite read = parse_suite(
        "[suite]\nname='s'\n[[case]]\nop='all'\nbytes=8\ndtype='all'\nredop='all'\n", "s.toml");
    EXPECT_THAT(read.cases[0].operations, SizeIs(all_operation_kinds.size()));
    EXPECT_THAT(read.cases[0].types, SizeIs(all_dtypes.size()));
    EXPECT_THAT(read.cases[0].redops, SizeIs(all_redops.size()));
}

TEST(parse_suite, a_word_that_comes_twice_counts_once) {
    const suite read = parse_suite(
        "[suite]\nname='s'\n[[case]]\nop=['all_reduce','all']\nbytes=8\nroot=[0,0]\n"
        "dtype=['float','float32']\nin_place=[true,true]\n",
        "s.toml");
    EXPECT_THAT(read.cases[0].operations, SizeIs(all_operation_kinds.size()));
    EXPECT_THAT(read.cases[0].types, ElementsAre(dtype::float32));
    EXPECT_THAT(read.cases[0].roots, ElementsAre(0));
    EXPECT_THAT(read.cases[0].in_place, ElementsAre(true));
}

TEST(parse_suite, an_unknown_key_is_named_with_its_place_and_the_nearest) {
    EXPECT_THAT(refusal_of_key("dtyp = \"int8\""),
                AllOf(StartsWith("s.toml:6:1: "), HasSubstr("'dtyp'"), HasSubstr("'dtype'?")));
    EXPECT_THAT(refusal("[suite]\nname='s'\n  buget='1s'\n[[case]]\nop='barrier'\n"),
                AllOf(StartsWith("s.toml:3:3: "), HasSubstr("did you mean 'budget'?")));
    EXPECT_THAT(refusal("[suite]\nname='s'\n[[cases]]\nop='barrier'\n"),
                AllOf(StartsWith("s.toml:3:3: "), HasSubstr("did you mean 'case'?")));
}

TEST(parse_suite, an_unknown_word_is_named_with_its_place_and_the_nearest) {
    EXPECT_THAT(refusal_of_case("op = \"al_reduce\"\nbytes = 8"),
                AllOf(StartsWith("s.toml:4:6: "), HasSubstr("unknown op 'al_reduce'"),
                      HasSubstr("did you mean 'all_reduce'?"), HasSubstr("known: ")));
    EXPECT_THAT(refusal_of_key("dtype = [\"int8\", \"flaot32\"]"),
                AllOf(StartsWith("s.toml:6:18: "), HasSubstr("did you mean 'float32'?")));
    EXPECT_THAT(refusal_of_key("redop = \"summ\""), HasSubstr("did you mean 'sum'?"));
    EXPECT_THAT(refusal_of_key("timing = \"isolate\""), HasSubstr("did you mean 'isolated'?"));
}

TEST(parse_suite, a_wrong_type_is_refused_with_its_place) {
    EXPECT_THAT(refusal_of_case("op = 5\nbytes = 8"),
                AllOf(StartsWith("s.toml:4:6: "), HasSubstr("'op' is expected to be text")));
    EXPECT_THAT(refusal_of_case("op = [[\"all_reduce\"]]\nbytes = 8"), HasSubstr("'op'"));
    EXPECT_THAT(refusal_of_key("budget = 5"), StartsWith("s.toml:6:10: 'budget'"));
    EXPECT_THAT(refusal_of_key("precision = 0.01"), HasSubstr("'precision'"));
    EXPECT_THAT(refusal_of_key("in_place = 1"), HasSubstr("true or false"));
    EXPECT_THAT(refusal_of_key("root = \"0\""), HasSubstr("whole number"));
    EXPECT_THAT(refusal_of_key("root = -1"), HasSubstr("whole number"));
    EXPECT_THAT(refusal_of_key("root = 3000000000"), HasSubstr("larger than any rank"));
    EXPECT_THAT(refusal_of_key("iterations = 1.5"), HasSubstr("whole number"));
    EXPECT_THAT(refusal_of_key("warm_up = -1"), HasSubstr("whole number"));
    EXPECT_THAT(refusal_of_key("backend = 1"), HasSubstr("'backend'"));
    EXPECT_THAT(refusal_of_key("algorithm = { a = 1 }"), HasSubstr("'algorithm'"));
    EXPECT_THAT(refusal("suite = 1\n[[case]]\nop='barrier'\n"), HasSubstr("a table"));
    EXPECT_THAT(refusal("case = [1]\n[suite]\nname='s'\n"), HasSubstr("a table"));
    EXPECT_THAT(refusal("[suite]\nname=1\n[[case]]\nop='barrier'\n"), StartsWith("s.toml:2:6: "));
}

TEST(parse_suite, empty_lists_are_refused) {
    EXPECT_THAT(refusal_of_case("op = []\nbytes = 8"), HasSubstr("'op' is an empty list"));
    EXPECT_THAT(refusal_of_case("op = \"all_reduce\"\nbytes = []"), HasSubstr("'bytes' is an emp"));
    EXPECT_THAT(refusal_of_key("dtype = []"), StartsWith("s.toml:6:9: 'dtype'"));
    EXPECT_THAT(refusal_of_key("root = []"), HasSubstr("'root' is an empty list"));
}

TEST(parse_suite, bad_sizes_times_and_shares_carry_their_place) {
    EXPECT_THAT(refusal_of_case("op='all_reduce'\nbytes = [\"8\", \"eight\"]"),
                AllOf(StartsWith("s.toml:5:15: "), HasSubstr("'eight' is no size")));
    EXPECT_THAT(refusal_of_case("op='all_reduce'\nbytes = \"64..8\""), HasSubstr("5:9: "));
    EXPECT_THAT(refusal_of_case("op='all_reduce'\nbytes = -8"), HasSubstr("5:9: "));
    EXPECT_THAT(refusal_of_case("op='all_reduce'\nbytes = \"99999999999G\""), HasSubstr("64 bits"));
    EXPECT_THAT(refusal_of_key("budget = \"0s\""), StartsWith("s.toml:6:10: "));
    EXPECT_THAT(refusal_of_key("budget = \"soon\""), HasSubstr("no duration"));
    EXPECT_THAT(refusal_of_key("precision = \"200%\""), HasSubstr("no share"));
}

TEST(parse_suite, what_is_missing_is_named) {
    EXPECT_THAT(refusal(""), HasSubstr("[suite]"));
    EXPECT_THAT(refusal("[[case]]\nop='barrier'\n"), HasSubstr("[suite]"));
    EXPECT_THAT(refusal("[suite]\n[[case]]\nop='barrier'\n"), HasSubstr("'name' is missing"));
    EXPECT_THAT(refusal("[suite]\nname='s'\n"), HasSubstr("[[case]]"));
    EXPECT_THAT(refusal("[suite]\nname='s'\ncase=[]\n"), HasSubstr("'case'"));
    EXPECT_THAT(refusal("case=[]\n[suite]\nname='s'\n"), HasSubstr("[[case]]"));
    EXPECT_THAT(refusal_of_case("bytes = 8"), HasSubstr("'op' is missing"));
    EXPECT_THAT(refusal_of_case("op='all_reduce'"), HasSubstr("'bytes' is missing"));
    EXPECT_EQ(refusal_of_case("op='barrier'"), "");
}

TEST(parse_suite, hostile_text_is_refused_and_nothing_else) {
    EXPECT_THAT(refusal("[suite\n"), StartsWith("s.toml:1:7: "));
    EXPECT_NE(refusal(std::string("[suite]\nname='s\0'\n", 18)), "");
    EXPECT_NE(refusal("[suite]\nname='\xff\xfe'\n"), "");
    EXPECT_NE(refusal("a=" + std::string(100'000, '[')), "");
    EXPECT_NE(refusal("[suite]\nname='s'\nname='t'\n"), "");
    EXPECT_NE(refusal_of_key("iterations = 99999999999999999999"), "");
    // Each of the lists may be within its limit while their sum is not.
    EXPECT_THAT(refusal_of_case("op='all_reduce'\nbytes=['0..80K+1','1M..2M+13']"),
                HasSubstr("more than"));
    EXPECT_THAT(refusal_of_key("iterations = 9000000000000000000"), HasSubstr("'iterations'"));
}

TEST(read_suite, what_is_no_suite_is_refused) {
    EXPECT_THROW(static_cast<void>(read_suite("/no/such/suite.toml")), system_error);
    EXPECT_THROW(static_cast<void>(read_suite("/")), system_error);
    EXPECT_THROW(static_cast<void>(read_suite("/dev/zero")), error);
}

TEST(find_suite, finds_names_and_leaves_paths) {
    EXPECT_EQ(find_suite("./some"), "./some");
    EXPECT_EQ(find_suite("some.toml"), "some.toml");
    EXPECT_THAT(available_suites(), AllOf(Contains("quick"), Contains("full")));
    EXPECT_NO_THROW(static_cast<void>(read_suite(find_suite("quick"))));
    EXPECT_NO_THROW(static_cast<void>(read_suite(find_suite("full"))));
    try {
        static_cast<void>(find_suite("quik"));
        FAIL() << "'quik' was found";
    } catch (const usage_error& wrong) {
        EXPECT_THAT(wrong.what(), AllOf(HasSubstr("did you mean 'quick'?"), HasSubstr("full")));
    }
}

TEST(find_suite, the_users_folder_comes_first) {
    const std::filesystem::path folder =
        std::filesystem::temp_directory_path() / "railgauge_suites_of_a_user";
    std::filesystem::create_directories(folder);
    std::ofstream(folder / "quick.toml") << least;
    setenv("RAILGAUGE_SUITES", folder.c_str(), 1);
    EXPECT_EQ(find_suite("quick"), (folder / "quick.toml").string());
    EXPECT_EQ(read_suite(find_suite("quick")).name, "s");
    unsetenv("RAILGAUGE_SUITES");
    std::filesystem::remove_all(folder);
}

TEST(parse_suite, reads_windows_memory_and_groups) {
    const suite read = parse_suite(std::string(least) +
                                       "window = [1, 16, 1]\nmemory = [\"host\", \"cuda\"]\n"
                                       "groups = [\"pairs, intra-host\", \"ranks=0-1\"]\n"
                                       "rounds = 3\n",
                                   "s.toml");
    const suite_case& one = read.cases.at(0);
    EXPECT_THAT(one.windows, ElementsAre(1, 16));
    EXPECT_THAT(one.memories, ElementsAre(memory_kind::host, memory_kind::cuda));
    ASSERT_THAT(one.groups, SizeIs(3));
    EXPECT_EQ(to_text(one.groups[2]), "ranks=0-1");
    EXPECT_EQ(one.rounds, 3);

    EXPECT_THAT(refusal_of_key("window = 0"), StartsWith("s.toml:6:10: 'window'"));
    EXPECT_THAT(refusal_of_key("window = 65537"), HasSubstr("1 to 65536"));
    EXPECT_THAT(refusal_of_key("memory = \"gpu\""), HasSubstr("unknown memory 'gpu'"));
    EXPECT_THAT(refusal_of_key("groups = \"pair\""),
                AllOf(StartsWith("s.toml:6:10: "), HasSubstr("did you mean 'pairs'")));
    EXPECT_THAT(refusal_of_key("groups = [\"ranks=0-1/1\"]"), HasSubstr("two groups"));
    EXPECT_THAT(refusal_of_key("groups = 1"), HasSubstr("text in quotes"));
    EXPECT_THAT(refusal_of_key("groups = []"), HasSubstr("empty list"));
    EXPECT_THAT(refusal_of_key("rounds = 0"), HasSubstr("1 or more"));
}

TEST(parse_suite, reads_how_a_device_is_to_execute) {
    const suite read = parse_suite(std::string(least) +
                                       "graph = [false, true, false]\nstreams = [1, 4]\n"
                                       "registration = [\"window\", \"none\"]\n",
                                   "s.toml");
    const suite_case& one = read.cases.at(0);
    EXPECT_THAT(one.graphs, ElementsAre(false, true));
    EXPECT_THAT(one.registrations, ElementsAre(registration_kind::window, registration_kind::none));
    EXPECT_THAT(one.streams, ElementsAre(1, 4));
    const suite plain = parse_suite(least, "s.toml");
    EXPECT_THAT(plain.cases.at(0).graphs, ElementsAre(false));
    EXPECT_THAT(plain.cases.at(0).registrations, ElementsAre(registration_kind::none));
    EXPECT_THAT(plain.cases.at(0).streams, ElementsAre(1));
    EXPECT_THAT(plain.cases.at(0).memories, testing::IsEmpty());

    EXPECT_THAT(refusal_of_key("graph = \"on\""),
                AllOf(StartsWith("s.toml:6:9: 'graph'"), HasSubstr("true or false")));
    EXPECT_THAT(refusal_of_key("graph = [true, 1]"), StartsWith("s.toml:6:16: 'graph'"));
    EXPECT_THAT(refusal_of_key("registration = \"windows\""),
                AllOf(StartsWith("s.toml:6:16: "), HasSubstr("did you mean 'window'")));
    EXPECT_THAT(refusal_of_key("streams = 0"), StartsWith("s.toml:6:11: 'streams'"));
    EXPECT_THAT(refusal_of_key("streams = 65"), HasSubstr("1 to 64"));
    EXPECT_THAT(refusal_of_key("streams = 1.5"), HasSubstr("whole number"));
    EXPECT_THAT(refusal_of_key("stream = 1"), HasSubstr("did you mean 'streams'"));
}

TEST(parse_suite, reads_where_the_hosts_side_lies_and_what_computes_beside) {
    const suite read = parse_suite(std::string(least) +
                                       "host_memory = [\"pageable\", \"pinned\"]\n"
                                       "host_numa = [\"local\", 1, 0]\nload = [0, 16]\n",
                                   "s.toml");
    const suite_case& one = read.cases.at(0);
    EXPECT_THAT(one.host_memories,
                ElementsAre(host_memory_kind::pageable, host_memory_kind::pinned));
    EXPECT_THAT(one.host_numas, ElementsAre(local_numa, 1, 0));
    EXPECT_THAT(one.loads, ElementsAre(0, 16));
    EXPECT_THAT(refusal_of_key("host_memory = \"page\""), HasSubstr("pageable"));
    EXPECT_THAT(refusal_of_key("host_numa = -1"), HasSubstr("no NUMA node"));
    EXPECT_THAT(refusal_of_key("host_numa = \"remote\""), HasSubstr("expected local"));
    EXPECT_THAT(refusal_of_key("load = 4097"), HasSubstr("0 to 4096"));
}

}  // namespace
}  // namespace railgauge
