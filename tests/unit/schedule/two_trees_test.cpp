// The shape of the two trees.
#include "harness/schedule/two_trees.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>

namespace railgauge {
namespace {

std::int64_t depth_of(const two_trees& trees, std::int64_t member, std::int64_t limit) {
    std::int64_t depth = 0;
    for (; member != 0 && depth <= limit; ++depth) member = trees.parent(member);
    return depth;
}

std::int64_t floor_log2(std::int64_t value) {
    std::int64_t result = 0;
    while (value > 1) {
        value /= 2;
        ++result;
    }
    return result;
}

void expect_tree(std::int64_t m, std::int64_t iteration) {
    const two_trees trees(m, iteration);
    EXPECT_EQ(trees.children(0).size(), 1u) << m;
    std::int64_t edges = 0;
    for (std::int64_t member = 0; member <= m; ++member) {
        const std::vector<std::int64_t> children = trees.children(member);
        EXPECT_LE(children.size(), 2u);
        edges += static_cast<std::int64_t>(children.size());
        for (const std::int64_t child : children) EXPECT_EQ(trees.parent(child), member);
        if (member == 0) continue;
        EXPECT_LE(depth_of(trees, member, m), floor_log2(m) + 1) << m << ": " << member;
    }
    EXPECT_EQ(edges, m);
}

TEST(two_trees, are_trees_of_logarithmic_depth) {
    for (std::int64_t m = 1; m < 300; ++m) {
        expect_tree(m, 0);
        expect_tree(m, 1);
    }
    expect_tree(65'535, 0);
    expect_tree(65'536, 1);
}

TEST(two_trees, nobody_is_an_inner_node_in_both) {
    for (std::int64_t m = 1; m < 300; ++m) {
        for (std::int64_t member = 1; member <= m; ++member) {
            const bool first = !two_trees(m, 0).children(member).empty();
            const bool second = !two_trees(m, 1).children(member).empty();
            EXPECT_FALSE(first && second) << m << ": " << member;
        }
    }
}

}  // namespace
}  // namespace railgauge
