#include "harness/measure/group_rule.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "harness/base/error.hpp"

namespace railgauge {
namespace {

using testing::HasSubstr;

std::vector<std::string> texts(const std::string& given) {
    std::vector<std::string> result;
    for (const group_rule& rule : parse_groups(given)) result.push_back(to_text(rule));
    return result;
}

std::string refusal(const std::string& given) {
    try {
        static_cast<void>(parse_groups(given));
    } catch (const usage_error& wrong) {
        return wrong.what();
    }
    return "";
}

TEST(parse_groups, reads_words_lists_and_turns) {
    using testing::ElementsAre;
    EXPECT_THAT(texts("world"), ElementsAre("world"));
    EXPECT_THAT(texts("intra-host, inter-host"), ElementsAre("intra-host", "inter-host"));
    EXPECT_THAT(texts("pairs:turn;host-pairs"), ElementsAre("pairs:turn", "host-pairs"));
    EXPECT_THAT(texts("ranks=3,0-1,2,7"), ElementsAre("ranks=0-3,7"));
    // A rank behind a comma belongs to the list, a word begins a new rule.
    EXPECT_THAT(texts("ranks=0-3,5,intra-host,ranks=6"),
                ElementsAre("ranks=0-3,5", "intra-host", "ranks=6"));
    EXPECT_THAT(texts("ranks=0-1/2-3:turn"), ElementsAre("ranks=0-1/2-3:turn"));
    EXPECT_THAT(texts("pairs,pairs,pairs:turn"), ElementsAre("pairs", "pairs:turn"));
}

TEST(parse_groups, what_it_writes_it_reads) {
    for (const char* text : {"world", "intra-host:turn", "ranks=0,2,4-9/1,3:turn", "host-pairs"}) {
        EXPECT_THAT(texts(text), testing::ElementsAre(text));
    }
}

TEST(parse_groups, says_what_is_wrong) {
    EXPECT_THAT(refusal("pair"), HasSubstr("did you mean 'pairs'"));
    EXPECT_THAT(refusal(""), HasSubstr("known"));
    EXPECT_THAT(refusal("ranks"), HasSubstr("ranks=LIST"));
    EXPECT_THAT(refusal("ranks="), HasSubstr("is no rank"));
    EXPECT_THAT(refusal("ranks=a"), HasSubstr("is no rank"));
    EXPECT_THAT(refusal("ranks=-1"), HasSubstr("is no rank"));
    EXPECT_THAT(refusal("ranks=1-"), HasSubstr("is no rank"));
    EXPECT_THAT(refusal("ranks=1-2-3"), HasSubstr("is no rank"));
    EXPECT_THAT(refusal("ranks=0x1"), HasSubstr("is no rank"));
    EXPECT_THAT(refusal("ranks=99999999999999999999"), HasSubstr("is no rank"));
    EXPECT_THAT(refusal("ranks=0-2147483648"), HasSubstr("is no rank"));
    EXPECT_THAT(refusal("ranks=3-1"), HasSubstr("write 1-3"));
    EXPECT_THAT(refusal("ranks=0-2/2-3"), HasSubstr("rank 2 is in two groups"));
    EXPECT_THAT(refusal("ranks=0//1"), HasSubstr("is no rank"));
    EXPECT_THAT(refusal("world:turn"), HasSubstr("one group"));
    EXPECT_THAT(refusal("pairs:turns"), HasSubstr("unknown groups"));
    EXPECT_THAT(refusal(std::string(100, ';')), HasSubstr("more than 64"));
    EXPECT_NE(refusal(std::string("pairs\0", 6)), "");
}

TEST(parse_groups, survives_any_bytes) {
    std::uint32_t state = 7;
    const std::string letters = "ranks=0123-,/;: pihot\xff";
    for (int trial = 0; trial < 20'000; ++trial) {
        std::string text;
        for (int i = 0; i < trial % 40; ++i) {
            state = state * 1664525 + 1013904223;
            text += letters[(state >> 16) % letters.size()];
        }
        static_cast<void>(refusal(text));  // accepted or a usage_error, nothing else
        static_cast<void>(refusal("ranks=" + text));
    }
}

TEST(group_rule, knows_its_highest_rank) {
    EXPECT_EQ(highest_rank(parse_groups("ranks=0-3/9,5").front()), 9);
    EXPECT_EQ(highest_rank(parse_groups("pairs").front()), -1);
}

}  // namespace
}  // namespace railgauge
