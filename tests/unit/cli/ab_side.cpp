#include "harness/cli/ab_side.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "harness/base/error.hpp"
#include "harness/cli/ab_experiment.hpp"

namespace railgauge {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;
using words = std::vector<std::string>;

ab_side a_side(const std::string& text, const std::string& binary = "") {
    return parse_side("A", text, binary);
}

std::string refusal(const std::string& text, const words& common = {}) {
    try {
        (void)launch_flags(common, a_side(text));
    } catch (const usage_error& refused) {
        return refused.what();
    }
    return "";
}

TEST(parse_side, variables_then_flags) {
    const ab_side side =
        a_side("NCCL_ALGO=Ring UCX_TLS='tcp,self' EMPTY= --algorithm ring --root=1");
    EXPECT_THAT(side.environment, ElementsAre(Pair("NCCL_ALGO", "Ring"),
                                              Pair("UCX_TLS", "tcp,self"), Pair("EMPTY", "")));
    EXPECT_THAT(side.flags, ElementsAre("--algorithm", "ring", "--root=1"));
    EXPECT_EQ(side.text(), "NCCL_ALGO=Ring UCX_TLS=tcp,self EMPTY= --algorithm ring --root=1");
}

TEST(parse_side, nothing_is_as_given) {
    EXPECT_THAT(a_side("").environment, IsEmpty());
    EXPECT_EQ(a_side("").text(), "as given");
    EXPECT_EQ(a_side("", "/opt/railgauge").text(), "with /opt/railgauge");
    EXPECT_TRUE(a_side("X=1").same_as(parse_side("B", " X=1 ", "")));
    EXPECT_FALSE(a_side("X=1").same_as(parse_side("B", "X=2", "")));
    EXPECT_FALSE(a_side("").same_as(parse_side("B", "", "/opt/railgauge")));
}

TEST(parse_side, a_value_with_an_equals_sign_belongs_to_its_flag) {
    const ab_side side = a_side("--groups ranks=0-3");
    EXPECT_THAT(side.environment, IsEmpty());
    EXPECT_THAT(side.flags, ElementsAre("--groups", "ranks=0-3"));
}

TEST(parse_side, what_is_neither_is_refused) {
    EXPECT_THAT(refusal("ring"), HasSubstr("'ring' in --a is neither NAME=VALUE nor a flag"));
    EXPECT_THAT(refusal("1X=2"), HasSubstr("neither"));
    EXPECT_THAT(refusal("=2"), HasSubstr("neither"));
    EXPECT_THAT(refusal("A-B=2"), HasSubstr("neither"));
    EXPECT_THAT(refusal("--algoritm ring"), HasSubstr("did you mean '--algorithm'?"));
    EXPECT_THAT(refusal("X='1"), HasSubstr("not closed"));
}

TEST(parse_side, a_railgauge_of_its_own_may_know_other_flags) {
    EXPECT_THAT(launch_flags({"--new", "1"}, a_side("--newer 2", "/opt/railgauge")),
                ElementsAre("--new", "1", "--newer", "2"));
}

TEST(launch_flags, the_side_replaces_what_it_sets) {
    const words common{"run", "--ranks", "2", "--algorithm", "tree", "--op=all_reduce"};
    EXPECT_THAT(launch_flags(common, a_side("--algorithm ring")),
                ElementsAre("--ranks", "2", "--op=all_reduce", "--algorithm", "ring"));
    EXPECT_THAT(launch_flags(common, a_side("--op broadcast")),
                ElementsAre("--ranks", "2", "--algorithm", "tree", "--op", "broadcast"));
    EXPECT_THAT(launch_flags(common, a_side("X=1")),
                ElementsAre("--ranks", "2", "--algorithm", "tree", "--op=all_reduce"));
}

// Lists would be added to, and single values refused, if both spellings stayed.
TEST(launch_flags, other_spellings_are_the_same_flag) {
    EXPECT_THAT(launch_flags({"-d", "float32", "-n10"}, a_side("--dtype int8 --iterations 5")),
                ElementsAre("--dtype", "int8", "--iterations", "5"));
    EXPECT_THAT(launch_flags({"--backend", "shm", "mpi", "--in-place"}, a_side("--backend ucx")),
                ElementsAre("--in-place", "--backend", "ucx"));
    EXPECT_THAT(launch_flags({"--root", "-1"}, a_side("")), ElementsAre("--root", "-1"));
}

TEST(launch_flags, what_ab_decides_is_refused_with_what_to_do) {
    EXPECT_THAT(refusal("--launches 3"), HasSubstr("ab --launches N"));
    EXPECT_THAT(refusal("--out=x"), HasSubstr("ab --out"));
    EXPECT_THAT(refusal("", {"run", "--resume", "x"}), HasSubstr("--resume"));
    EXPECT_THAT(refusal("", {"--format", "csv"}), HasSubstr("--format"));
    EXPECT_THAT(refusal("", {"walk", "--ranks", "2"}),
                HasSubstr("'walk' in what stands behind --"));
    EXPECT_THAT(refusal("", {"--bytse", "8"}), HasSubstr("did you mean '--bytes'?"));
}

TEST(draw_order, of_two_pairs_one_begins_with_each_side) {
    bool differs = false;
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
        const auto order = draw_order(12, seed);
        for (std::size_t pair = 0; pair < 12; pair += 2) EXPECT_NE(order[pair], order[pair + 1]);
        EXPECT_EQ(order, draw_order(12, seed));
        differs = differs || order != draw_order(12, seed + 1);
    }
    EXPECT_TRUE(differs);
    EXPECT_EQ(draw_order(3, 1).size(), 3U);
}

TEST(launch_words, one_launch_into_its_own_file) {
    ab_setup setup;
    setup.sides = {a_side("--root 1"), parse_side("B", "", "/opt/railgauge")};
    setup.common = {"run", "--ranks", "2"};
    setup.launcher = {"mpiexec", "-n", "2"};
    setup.folder = "/tmp/x y";
    EXPECT_EQ(launch_file(setup, 1, 8), "/tmp/x y/b/09.jsonl");
    EXPECT_THAT(launch_words(setup, 1, "f"),
                ElementsAre("mpiexec", "-n", "2", "/opt/railgauge", "run", "--ranks", "2",
                            "--launches", "1", "--out", "f"));
    const words own = launch_words(setup, 0, "f");
    ASSERT_GT(own.size(), 4U);
    EXPECT_EQ(own[4], "run");
    EXPECT_EQ(own[3].front(), '/');
}

}  // namespace
}  // namespace railgauge
