#include "harness/base/near_miss.hpp"

#include <gtest/gtest.h>

namespace railgauge {
namespace {

const std::vector<std::string> operations{"all_reduce", "all_gather", "reduce", "gather",
                                          "barrier"};

TEST(edit_distance, counts_edits_and_swaps) {
    EXPECT_EQ(edit_distance("", ""), 0u);
    EXPECT_EQ(edit_distance("", "abc"), 3u);
    EXPECT_EQ(edit_distance("abc", ""), 3u);
    EXPECT_EQ(edit_distance("abc", "abc"), 0u);
    EXPECT_EQ(edit_distance("abc", "acb"), 1u);
    EXPECT_EQ(edit_distance("kitten", "sitting"), 3u);
    EXPECT_EQ(edit_distance("ca", "abc"), 3u);  // restricted: 2 without the restriction
}

TEST(did_you_mean, names_the_nearest) {
    EXPECT_EQ(did_you_mean("all_redcue", operations), "; did you mean 'all_reduce'?");
    EXPECT_EQ(did_you_mean("AllReduce", operations), "; did you mean 'all_reduce'?");
    EXPECT_EQ(did_you_mean("all-reduce", operations), "; did you mean 'all_reduce'?");
    EXPECT_EQ(did_you_mean("gahter", operations), "; did you mean 'gather'?");
}

TEST(did_you_mean, stays_silent_where_nothing_is_near) {
    EXPECT_EQ(did_you_mean("frobnicate", operations), "");
    EXPECT_EQ(did_you_mean("", operations), "");
    EXPECT_EQ(did_you_mean("ab", std::vector<std::string>{"cd"}), "");
    EXPECT_EQ(did_you_mean("all_reduce", std::vector<std::string>{}), "");
    EXPECT_EQ(did_you_mean(std::string(1'000'000, 'a'), operations), "");
}

}  // namespace
}  // namespace railgauge
