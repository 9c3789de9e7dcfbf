#include "harness/measure/plan.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <limits>
#include <set>
#include <stdexcept>

#include "harness/base/error.hpp"
#include "harness/measure/point_keys.hpp"
#include "tests/unit/measure/fake_transport.hpp"

namespace railgauge {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;
using testing_doubles::fake_backend;
using testing_doubles::fake_benches;

std::vector<std::unique_ptr<backend>> two_backends() {
    std::vector<std::unique_ptr<backend>> all;
    all.push_back(std::make_unique<fake_backend>("one", std::vector<std::string>{"ring", "tree"}));
    all.push_back(std::make_unique<fake_backend>("two", std::vector<std::string>{"library"}));
    all.push_back(std::make_unique<fake_backend>("gone", std::vector<std::string>{"magic"}, false));
    return all;
}

suite_case a_case(std::vector<operation_kind> operations, std::vector<std::uint64_t> bytes) {
    suite_case one;
    one.operations = std::move(operations);
    one.bytes = std::move(bytes);
    one.backends = {"one"};
    return one;
}

plan planned(std::vector<suite_case> cases, int ranks = 4) {
    return make_plan({.name = "s", .description = "", .cases = std::move(cases)}, ranks,
                     fake_benches(), two_backends());
}

std::string refusal(const suite_case& one, int ranks = 4) {
    try {
        static_cast<void>(planned({one}, ranks));
    } catch (const usage_error& wrong) {
        return wrong.what();
    }
    return "";
}

TEST(make_plan, crosses_every_list_of_a_case) {
    suite_case one = a_case({operation_kind::all_reduce, operation_kind::reduce}, {8, 64, 512});
    one.backends = {"one", "two"};
    one.types = {dtype::float32, dtype::int8};
    one.redops = {redop::sum, redop::max, redop::prod};
    one.roots = {0, 3};
    one.in_place = {false, true};
    one.timings = {timing_kind::isolated, timing_kind::streamed};
    const plan all = planned({one});
    // all_reduce has no root; reduce has two.
    EXPECT_THAT(all.parts, SizeIs((2 * 2 * 3 * 2 * 2) * (1 + 2)));
    EXPECT_EQ(all.points(), static_cast<std::int64_t>(all.parts.size() * 3));
    EXPECT_EQ(all.ranks, 4);
    EXPECT_EQ(all.suite, "s");
}

TEST(make_plan, axes_that_do_not_apply_collapse) {
    suite_case one = a_case({operation_kind::broadcast}, {8});
    one.redops = {redop::sum, redop::max};
    EXPECT_EQ(planned({one}).points(), 1);

    suite_case two = a_case({operation_kind::ping_pong, operation_kind::send_recv}, {8});
    two.in_place = {false, true};
    two.roots = {0, 1};
    const plan pairs = planned({two});
    // In place is asked of them too: it is the backend that says, point by point, that it cannot.
    EXPECT_EQ(pairs.points(), 4);
    for (const series& part : pairs.parts) EXPECT_EQ(part.root, 0);

    suite_case three = a_case({operation_kind::barrier}, {8, 64});
    three.types = {dtype::float32, dtype::float64};
    three.in_place = {false, true};
    three.timings = {timing_kind::isolated, timing_kind::streamed};
    const plan barriers = planned({three});
    EXPECT_EQ(barriers.points(), 2);
    for (const series& part : barriers.parts) EXPECT_THAT(part.bytes, ElementsAre(0));
}

// They say themselves where their data lie, and a chase has no type.
TEST(make_plan, a_devices_kinds_have_one_place_for_their_buffers) {
    suite_case one = a_case({operation_kind::host_to_device, operation_kind::device_latency,
                             operation_kind::kernel_launch},
                            {64, 4096});
    one.types = {dtype::float32, dtype::float64};
    one.memories = {memory_kind::host, memory_kind::cuda};
    one.in_place = {false, true};
    const plan all = planned({one});
    ASSERT_EQ(all.parts.size(), 4U);  // two types, and one series for each of the others
    for (const series& part : all.parts) {
        EXPECT_EQ(part.where, memory_kind::cuda);
        EXPECT_FALSE(part.in_place);
    }
    EXPECT_EQ(all.parts[2].type, dtype::uint8);
    EXPECT_THAT(all.parts[2].bytes, ElementsAre(64, 4096));
    EXPECT_THAT(all.parts[3].bytes, ElementsAre(0));
}

TEST(make_plan, sizes_become_whole_elements_ascending_and_once) {
    suite_case one = a_case({operation_kind::all_gather}, {64, 1, 16, 17, 31, 0, 33});
    const plan all = planned({one});  // 4 ranks of float32: multiples of 16
    EXPECT_THAT(all.parts[0].bytes, ElementsAre(0, 16, 32, 64));
}

TEST(make_plan, no_backends_named_means_those_that_are_here) {
    suite_case one = a_case({operation_kind::all_reduce}, {8});
    one.backends.clear();
    const plan all = planned({one});
    ASSERT_THAT(all.parts, SizeIs(2));
    EXPECT_EQ(all.parts[0].backend, "one");
    EXPECT_EQ(all.parts[1].backend, "two");
    // One that is named stays, so that its absence becomes a skipped point.
    one.backends = {"gone"};
    EXPECT_EQ(planned({one}).points(), 1);
}

TEST(make_plan, algorithms_auto_all_and_by_name) {
    suite_case one = a_case({operation_kind::all_reduce}, {8});
    one.algorithms = {"auto", "all"};
    std::vector<std::string> names;
    for (const series& part : planned({one}).parts) names.push_back(part.algorithm);
    EXPECT_THAT(names, ElementsAre("", "ring", "tree"));

    // Known to one of the two: a point of each, and the other will say that it skips.
    one.backends = {"one", "two"};
    one.algorithms = {"ring"};
    EXPECT_EQ(planned({one}).points(), 2);
}

TEST(make_plan, an_algorithm_that_comes_twice_is_measured_once) {
    suite_case one = a_case({operation_kind::all_reduce}, {8});
    one.algorithms = {"ring", "all", "auto", "auto"};
    EXPECT_EQ(planned({one}).points(), 3);
}

TEST(make_plan, unknown_names_are_refused_with_the_nearest) {
    suite_case one = a_case({operation_kind::all_reduce}, {8});
    one.algorithms = {"rign"};
    EXPECT_THAT(refusal(one), HasSubstr("unknown algorithm 'rign'; did you mean 'ring'?"));
    one = a_case({operation_kind::all_reduce}, {8});
    one.backends = {"tow"};
    EXPECT_THAT(refusal(one), HasSubstr("unknown backend 'tow'; did you mean 'two'?"));
    one = a_case({operation_kind::broadcast}, {8});
    one.roots = {4};
    EXPECT_THAT(refusal(one), HasSubstr("root 4 does not exist: there are ranks 0 to 3"));
    one.roots = {-1};
    EXPECT_NE(refusal(one), "");
}

TEST(make_plan, a_plan_without_end_is_refused) {
    std::vector<std::uint64_t> sizes(100'000);
    for (std::size_t i = 0; i < sizes.size(); ++i) sizes[i] = 8 * i;
    suite_case one = a_case({operation_kind::all_reduce}, sizes);
    one.types.assign(all_dtypes.begin(), all_dtypes.end());
    EXPECT_THAT(refusal(one), HasSubstr("points"));
}

TEST(point_at, counts_through_the_series) {
    const plan all = planned({a_case({operation_kind::all_reduce}, {8, 64}),
                              a_case({operation_kind::broadcast}, {4, 16, 32})});
    EXPECT_EQ(all.points(), 5);
    EXPECT_EQ(point_at(all, 0).bytes, 8U);
    EXPECT_EQ(point_at(all, 1).bytes, 64U);
    EXPECT_EQ(point_at(all, 2).bytes, 4U);
    EXPECT_EQ(point_at(all, 4).part->kind, operation_kind::broadcast);
    EXPECT_EQ(point_at(all, 4).index, 4);
    EXPECT_THROW(static_cast<void>(point_at(all, 5)), std::out_of_range);
    EXPECT_THROW(static_cast<void>(point_at(all, -1)), std::out_of_range);
    EXPECT_THROW(static_cast<void>(point_at(plan{}, 0)), std::out_of_range);
}

TEST(keys_of, say_what_point_at_says) {
    suite_case one = a_case({operation_kind::reduce, operation_kind::all_gather}, {16, 64});
    one.algorithms = {"auto", "ring"};
    one.redops = {redop::max};
    const plan all = planned({one});
    const auto keys = keys_of(all);
    ASSERT_THAT(keys, SizeIs(8));
    for (std::int64_t i = 0; i < all.points(); ++i) {
        EXPECT_EQ(keys[static_cast<std::size_t>(i)], key_of(all, point_at(all, i)));
    }
    EXPECT_EQ(keys[0].algorithm, "auto");
    EXPECT_EQ(keys[0].redop, "max");
    EXPECT_EQ(keys[7].redop, "none");
    EXPECT_EQ(keys[7].algorithm, "ring");
}

// A plan whose every field differs from its default.
plan rich_plan() {
    plan all;
    all.suite = "a \"name\" with\nall sorts \xc3\xa4";
    all.ranks = 7;
    series part;
    part.kind = operation_kind::scatter;
    part.backend = "one";
    part.algorithm = "ring";
    part.type = dtype::bfloat16;
    part.op = redop::avg;
    part.root = 3;
    part.in_place = true;
    part.timing = timing_kind::streamed;
    part.stop = {.precision = 0.1 + 0.2, .budget_s = 1e-9, .iterations = 12, .warm_up = 0};
    part.bytes = {0, 2, std::numeric_limits<std::uint64_t>::max()};
    all.parts = {part, part};
    all.parts[1].stop.warm_up.reset();
    return all;
}

TEST(plan_text, comes_back_as_it_was) {
    const plan before = rich_plan();
    const plan after = plan_from_text(to_text(before));
    EXPECT_EQ(to_text(after), to_text(before));
    EXPECT_EQ(after.suite, before.suite);
    EXPECT_EQ(after.ranks, before.ranks);
    ASSERT_THAT(after.parts, SizeIs(2));
    const series& part = after.parts[0];
    EXPECT_EQ(part.kind, operation_kind::scatter);
    EXPECT_EQ(part.backend, "one");
    EXPECT_EQ(part.algorithm, "ring");
    EXPECT_EQ(part.type, dtype::bfloat16);
    EXPECT_EQ(part.op, redop::avg);
    EXPECT_EQ(part.root, 3);
    EXPECT_TRUE(part.in_place);
    EXPECT_EQ(part.timing, timing_kind::streamed);
    EXPECT_EQ(part.stop.precision, 0.1 + 0.2);
    EXPECT_EQ(part.stop.budget_s, 1e-9);
    EXPECT_EQ(part.stop.iterations, 12U);
    EXPECT_EQ(part.stop.warm_up, 0U);
    EXPECT_EQ(part.bytes, before.parts[0].bytes);
    EXPECT_FALSE(after.parts[1].stop.warm_up.has_value());
}

TEST(hash_of, changes_with_every_field) {
    const std::vector<std::function<void(plan&)>> changes{
        [](plan& all) { all.suite = "b"; },
        [](plan& all) { all.ranks = 8; },
        [](plan& all) { all.parts.pop_back(); },
        [](plan& all) { all.parts[0].kind = operation_kind::gather; },
        [](plan& all) { all.parts[0].backend = "two"; },
        [](plan& all) { all.parts[0].algorithm.clear(); },
        [](plan& all) { all.parts[0].type = dtype::float16; },
        [](plan& all) { all.parts[0].op = redop::sum; },
        [](plan& all) { all.parts[0].root = 0; },
        [](plan& all) { all.parts[0].in_place = false; },
        [](plan& all) { all.parts[0].timing = timing_kind::isolated; },
        [](plan& all) { all.parts[0].stop.precision *= 1.0000001; },
        [](plan& all) { all.parts[0].stop.budget_s *= 2; },
        [](plan& all) { all.parts[0].stop.iterations = 13; },
        [](plan& all) { all.parts[0].stop.warm_up.reset(); },
        [](plan& all) { all.parts[0].bytes.pop_back(); },
        [](plan& all) { ++all.parts[0].bytes[1]; },
    };
    std::set<std::string> hashes{hash_of(rich_plan())};
    EXPECT_THAT(*hashes.begin(), SizeIs(16));
    EXPECT_EQ(hash_of(rich_plan()), *hashes.begin());
    for (const auto& change : changes) {
        plan other = rich_plan();
        change(other);
        hashes.insert(hash_of(other));
    }
    EXPECT_EQ(hashes.size(), changes.size() + 1);
}

TEST(estimated_time_s, grows_with_points_and_budgets) {
    suite_case one = a_case({operation_kind::all_reduce}, {8, 64});
    one.stop.budget_s = 1;
    const double of_two = estimated_time_s(planned({one}), fake_benches());
    EXPECT_GE(of_two, 2);
    one.bytes = {8, 64, 512, 4096};
    EXPECT_NEAR(estimated_time_s(planned({one}), fake_benches()), 2 * of_two, 1e-9);
}

TEST(make_plan, is_as_long_as_its_series_however_many_pairs_there_are) {
    suite_case one = a_case({operation_kind::send}, {8, 64});
    one.groups = parse_groups("world,pairs,ranks=0-1/7");
    one.windows = {1, 4};
    one.rounds = 5;
    const plan all = planned({one}, 50'000);
    EXPECT_THAT(all.parts, SizeIs(6));
    EXPECT_EQ(all.points(), 12);
    EXPECT_EQ(all.parts[0].rounds, 0);
    EXPECT_EQ(all.parts[2].rounds, 5);
    const plan back = plan_from_text(to_text(all));
    EXPECT_EQ(to_text(back), to_text(all));
    EXPECT_EQ(to_text(back.parts[4].group), "ranks=0-1/7");
    EXPECT_EQ(back.parts[5].window, 4);
    EXPECT_EQ(key_of(all, point_at(all, 10)).window, 4);
    EXPECT_EQ(key_of(all, point_at(all, 4)).group, "pairs");
}

TEST(make_plan, a_rule_a_window_and_a_memory_are_part_of_the_plan) {
    const suite_case one = a_case({operation_kind::send}, {8});
    suite_case other = one;
    other.groups = parse_groups("pairs");
    EXPECT_NE(hash_of(planned({one})), hash_of(planned({other})));
    suite_case some = other;
    some.rounds = 2;
    EXPECT_NE(hash_of(planned({some})), hash_of(planned({other})));
    suite_case wide = one;
    wide.windows = {2};
    EXPECT_NE(hash_of(planned({wide})), hash_of(planned({one})));
    wide = one;
    wide.memories = {memory_kind::cuda};
    EXPECT_NE(hash_of(planned({wide})), hash_of(planned({one})));
}

TEST(make_plan, how_a_device_executes_is_part_of_the_plan) {
    suite_case one = a_case({operation_kind::all_reduce, operation_kind::barrier}, {8, 64});
    const std::string plain = to_text(planned({one}));
    EXPECT_THAT(plain, testing::Not(HasSubstr("graph")));  // old files can be resumed
    one.graphs = {false, true};
    one.registrations = {registration_kind::none, registration_kind::window};
    one.streams = {1, 2, 4};
    const plan all = planned({one});
    EXPECT_EQ(all.points(), 2 * 2 * 3 * (2 + 1));
    EXPECT_EQ(all.parts.front().manner, device_manner{});
    EXPECT_EQ(all.parts.back().manner, (device_manner{true, registration_kind::window, 4}));
    const plan back = plan_from_text(to_text(all));
    EXPECT_EQ(to_text(back), to_text(all));
    EXPECT_EQ(back.parts.back().manner, all.parts.back().manner);
    const point_key key = key_of(all, point_at(all, all.points() - 1));
    EXPECT_TRUE(key.graph);
    EXPECT_EQ(key.registration, "window");
    EXPECT_EQ(key.streams, 4);
    std::set<std::string> hashes;
    for (const series& part : all.parts) {
        hashes.insert(hash_of(plan{.suite = "s", .ranks = 4, .parts = {part}}));
    }
    EXPECT_EQ(hashes.size(), all.parts.size());
}

TEST(make_plan, only_copies_with_a_host_have_its_memory) {
    suite_case one = a_case({operation_kind::all_reduce}, {8});
    one.host_memories = {host_memory_kind::pinned, host_memory_kind::pageable};
    one.host_numas = {local_numa, 1};
    one.loads = {0, 16};
    const plan all = planned({one});
    ASSERT_EQ(all.points(), 2);
    EXPECT_EQ(all.parts.back().manner.load_processors, 16);
    EXPECT_EQ(all.parts.back().manner.host_memory, host_memory_kind::pinned);
    plan copies = all;
    copies.parts.back().manner.host_memory = host_memory_kind::pageable;
    copies.parts.back().manner.host_numa = 1;
    EXPECT_EQ(plan_from_text(to_text(copies)).parts.back().manner, copies.parts.back().manner);
    EXPECT_NE(hash_of(copies), hash_of(all));
    const point_key key = key_of(copies, point_at(copies, 1));
    EXPECT_EQ(key.host_memory, "pageable");
    EXPECT_EQ(key.host_numa, 1);
    EXPECT_EQ(key.load_processors, 16);
}

TEST(make_plan, executions_at_once_take_a_share_of_the_time_each) {
    suite_case one = a_case({operation_kind::ping_pong}, {8});
    one.streams = {1, 4};
    const plan all = planned({one});
    EXPECT_EQ(operation_of(point_at(all, 0), fake_benches(), 4).time_factor, 0.5);
    const measured_operation four = operation_of(point_at(all, 1), fake_benches(), 4);
    EXPECT_EQ(four.time_factor, 0.125);
    EXPECT_EQ(four.spec.manner.streams, 4);
}

TEST(make_plan, buffers_lie_where_the_backend_has_them_unless_it_is_said) {
    auto backends = two_backends();
    dynamic_cast<fake_backend&>(*backends[1]).own = memory_kind::cuda;
    suite_case one = a_case({operation_kind::all_reduce}, {8});
    one.backends = {"one", "two"};
    const auto places = [&] {
        std::vector<memory_kind> found;
        const plan all = make_plan({.name = "s", .description = "", .cases = {one}}, 4,
                                   fake_benches(), backends);
        for (const series& part : all.parts) found.push_back(part.where);
        return found;
    };
    EXPECT_THAT(places(), ElementsAre(memory_kind::host, memory_kind::cuda));
    one.memories = {memory_kind::host};
    EXPECT_THAT(places(), ElementsAre(memory_kind::host, memory_kind::host));
}

TEST(make_plan, refuses_ranks_that_there_are_not) {
    suite_case one = a_case({operation_kind::all_reduce}, {8});
    one.groups = parse_groups("ranks=0-4");
    EXPECT_THAT(refusal(one), HasSubstr("rank 4 does not exist: there are ranks 0 to 3"));
}

TEST(make_plan, windows_are_for_operations_between_two_ranks) {
    suite_case one = a_case({operation_kind::all_reduce, operation_kind::ping_pong}, {8});
    one.windows = {1, 4, 16};
    EXPECT_EQ(planned({one}).points(), 2);
}

}  // namespace
}  // namespace railgauge
