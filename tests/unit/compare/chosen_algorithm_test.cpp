#include "harness/compare/chosen_algorithm.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <string>
#include <string_view>

#include "harness/compare/comparison.hpp"
#include "tests/unit/compare/generated.hpp"

namespace railgauge {
namespace {

// Ten launches of two sizes; `choose` gives the algorithm of a launch.
result_set chosen(point_table& table, double factor,
                  const std::function<std::string(int launch, std::uint64_t bytes)>& choose) {
    const generated::folder folder;
    generated::run_shape shape;
    shape.run_id = std::to_string(factor);
    shape.first_minute = factor > 1 ? 1 : 0;
    shape.sizes = {64, 4096};
    shape.time = [factor](int launch, std::size_t) { return factor * (10 + 0.01 * launch); };
    shape.change = [&choose](point_record& point) {
        point.key.algorithm = choose(point.launch, point.key.bytes);
    };
    folder.write("x.jsonl", generated::results(shape));
    return load_set("x", {folder.path("x.jsonl")}, table);
}

TEST(merge_chosen_algorithms, what_each_launch_chose_for_itself_is_one_point) {
    point_table table;
    const auto turns = [](int launch, std::uint64_t bytes) {
        return bytes > 64 && launch % 3 == 0 ? "tree" : "ring";
    };
    const result_set a = chosen(table, 1, turns);
    const result_set b = chosen(table, 1.5, [](int, std::uint64_t) { return "ring"; });
    const comparison found = compare(a, b, table);
    ASSERT_EQ(found.points.size(), 2U);
    for (const compared_point& point : found.points) {
        EXPECT_EQ(point.time.pairs, 10U);
        EXPECT_NEAR(point.time.ratio, 1.5, 1e-9);
        EXPECT_EQ(point.time.verdict, verdict_word::slower);
        const packed_key& key = table[point.point.first];
        EXPECT_EQ(table.word(key, key_word::algorithm), key.bytes > 64 ? "ring|tree" : "ring");
    }
}

TEST(merge_chosen_algorithms, one_algorithm_a_side_keeps_its_name) {
    point_table table;
    result_set a = chosen(table, 1, [](int, std::uint64_t) { return "ring"; });
    result_set b = chosen(table, 1.5, [](int, std::uint64_t) { return "tree"; });
    EXPECT_EQ(table.word(table[a.entries.front().point], key_word::algorithm), "ring");
    EXPECT_EQ(table.word(table[b.entries.front().point], key_word::algorithm), "tree");
}

TEST(merge_chosen_algorithms, several_in_a_launch_stay_apart) {
    point_table table;
    result_set a = chosen(table, 1, [](int, std::uint64_t) { return "ring"; });
    result_set more = chosen(table, 2, [](int, std::uint64_t) { return "tree"; });
    a.entries.insert(a.entries.end(), more.entries.begin(), more.entries.end());
    std::ranges::sort(a.entries, {}, &set_entry::point);
    merge_chosen_algorithms(a, table);
    for (const set_entry& entry : a.entries) {
        const std::string_view name = table.word(table[entry.point], key_word::algorithm);
        EXPECT_TRUE(name == "ring" || name == "tree") << name;
    }
}

}  // namespace
}  // namespace railgauge
