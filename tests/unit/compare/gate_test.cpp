// Gates over generated sets: what fails, what passes, what cannot be decided.
#include "harness/compare/gate.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "harness/base/error.hpp"
#include "harness/compare/power.hpp"
#include "tests/unit/compare/generated.hpp"

namespace railgauge {
namespace {

using testing::HasSubstr;

gate_result gated_sets(const generated::run_shape& a, const generated::run_shape& b,
                       const std::vector<acceptance>& accepted = {},
                       const gate_options& options = {}) {
    const generated::folder folder;
    folder.write("a.jsonl", generated::results(a));
    folder.write("b.jsonl", generated::results(b));
    point_table table;
    const result_set first = load_set("a", {folder.path("a.jsonl")}, table);
    const result_set second = load_set("b", {folder.path("b.jsonl")}, table);
    return gate(first, second, table, accepted, options);
}

TEST(gate, a_slowdown_fails) {
    const gate_result found = gated_sets(generated::first_of_pair(1, 0.02, 0.02),
                                         generated::second_of_pair(1, 0.02, 0.02, 1.25));
    EXPECT_EQ(found.status, exit_status::worse);
    EXPECT_GT(found.count(verdict_word::slower), 0U);
}

TEST(gate, equal_and_quiet_passes_and_says_what_it_would_have_found) {
    const gate_result found = gated_sets(generated::first_of_pair(2, 0.02, 0.02),
                                         generated::second_of_pair(2, 0.02, 0.02));
    EXPECT_EQ(found.status, exit_status::fine) << found.reason;
    for (const gated& one : found.classes) {
        EXPECT_GE(one.threshold, 0.03);
        EXPECT_GT(one.detectable, one.threshold);
        EXPECT_LT(one.detectable, 0.30);
    }
}

TEST(gate, less_than_the_least_effect_passes) {
    const gate_result found = gated_sets(generated::first_of_pair(3, 0.001, 0.001),
                                         generated::second_of_pair(3, 0.001, 0.001, 1.02));
    EXPECT_EQ(found.status, exit_status::fine) << found.reason;
}

TEST(gate, noise_that_hides_what_matters_decides_nothing) {
    const gate_result found =
        gated_sets(generated::first_of_pair(4, 0.5, 0.1), generated::second_of_pair(4, 0.5, 0.1));
    EXPECT_EQ(found.status, exit_status::cannot);
    EXPECT_GT(found.launches_to_decide, 10U);
}

TEST(gate, few_launches_decide_nothing_and_it_says_how_many_do) {
    generated::run_shape a = generated::first_of_pair(5, 0.01, 0.01);
    generated::run_shape b = generated::second_of_pair(5, 0.01, 0.01);
    a.launches = b.launches = 4;
    const gate_result found = gated_sets(a, b);
    EXPECT_EQ(found.status, exit_status::cannot);
    EXPECT_EQ(found.launches_to_decide, 7U);
}

TEST(gate, launches_that_were_started_another_way_are_told_and_asked_for) {
    const auto a = generated::first_of_pair(5, 0.01, 0.01);
    generated::run_shape b = generated::second_of_pair(5, 0.01, 0.01);
    b.change = [](point_record& point) { point.start = point.launch < 5 ? "barrier" : "clock"; };
    const gate_result found = gated_sets(a, b);
    EXPECT_EQ(found.status, exit_status::cannot);
    EXPECT_THAT(found.reason, HasSubstr("measured alike in 5 of 10 pairs of launches"));
    EXPECT_EQ(found.launches_to_decide, 14U) << "of which half count";
    EXPECT_EQ(found.joined.began_otherwise, 5U);
    b.change = [](point_record& point) { point.start = point.launch < 5 ? "barrier" : "clock"; };
    generated::run_shape other = a;
    other.change = [](point_record& point) {
        point.start = point.launch < 5 ? "clock" : "barrier";
    };
    const gate_result none = gated_sets(other, b);
    EXPECT_EQ(none.status, exit_status::cannot);
    EXPECT_EQ(none.launches_to_decide, 0U) << "no pair tells nothing";
}

TEST(gate, nothing_in_common_decides_nothing) {
    generated::run_shape b = generated::second_of_pair(6, 0.01, 0.01);
    b.change = [](point_record& point) { point.key.timing = "streamed"; };
    const gate_result found = gated_sets(generated::first_of_pair(6, 0.01, 0.01), b);
    EXPECT_EQ(found.status, exit_status::cannot);
    EXPECT_EQ(found.joined.definitions.size(), 1U);
}

TEST(gate, wrong_data_and_lost_points_cannot_pass) {
    const generated::run_shape a = generated::first_of_pair(7, 0.005, 0.005);
    generated::run_shape wrong = generated::second_of_pair(7, 0.005, 0.005);
    wrong.change = [](point_record& point) {
        if (point.launch == 3) point.status = point_status::invalid;
    };
    const gate_result invalid = gated_sets(a, wrong);
    EXPECT_EQ(invalid.status, exit_status::cannot);
    EXPECT_THAT(invalid.reason, HasSubstr("wrong data"));
    generated::run_shape fewer = generated::second_of_pair(7, 0.005, 0.005);
    fewer.sizes.pop_back();
    const gate_result lost = gated_sets(a, fewer);
    EXPECT_EQ(lost.status, exit_status::cannot);
    EXPECT_THAT(lost.reason, HasSubstr("of 1 point of the baseline"));
}

TEST(gate, what_was_accepted_does_not_count_as_noise) {
    const generated::run_shape a = generated::first_of_pair(8, 0.005, 0.005);
    const gate_result slow = gated_sets(a, generated::second_of_pair(8, 0.005, 0.005, 2.5));
    const gate_result later = gated_sets(a, generated::second_of_pair(9, 0.005, 0.005, 2.5),
                                         acceptances_of(slow, {"", 1, "me", "2026", "known"}));
    EXPECT_EQ(later.status, exit_status::fine) << later.reason;
    EXPECT_LT(later.detectable, 0.3);
}

TEST(gate, an_accepted_slowdown_passes_and_a_further_one_fails) {
    const auto a = generated::first_of_pair(7, 0.005, 0.005);
    const gate_result first = gated_sets(a, generated::second_of_pair(7, 0.005, 0.005, 1.2));
    ASSERT_EQ(first.status, exit_status::worse);
    std::vector<acceptance> accepted;
    for (const auto* list : {&first.classes, &first.points}) {
        for (const gated& one : *list) accepted.push_back({one.name, one.time.ratio, "", "", ""});
    }
    EXPECT_EQ(gated_sets(a, generated::second_of_pair(8, 0.005, 0.005, 1.2), accepted).status,
              exit_status::fine);
    EXPECT_EQ(gated_sets(a, generated::second_of_pair(8, 0.005, 0.005, 1.5), accepted).status,
              exit_status::worse);
}

// The promise of the detectable effect, over the noise of a quiet transport.
TEST(gate, what_is_said_to_be_detectable_is_found) {
    int found_ones = 0;
    for (unsigned trial = 0; trial < 40; ++trial) {
        const auto a = generated::first_of_pair(300 + trial, 0.05, 0.03);
        const gate_result equal = gated_sets(a, generated::second_of_pair(300 + trial, 0.05, 0.03));
        double effect = 0;
        for (const gated& one : equal.classes) effect = std::max(effect, one.detectable);
        const gate_result slow =
            gated_sets(a, generated::second_of_pair(700 + trial, 0.05, 0.03, 1 + effect));
        found_ones += slow.status == exit_status::worse ? 1 : 0;
    }
    EXPECT_GE(found_ones, 35);  // 38 expected
}

TEST(gate, equal_things_seldom_fail) {
    int failed = 0;
    for (unsigned trial = 0; trial < 80; ++trial) {
        failed += gated_sets(generated::first_of_pair(900 + trial, 0.2, 0.1),
                             generated::second_of_pair(900 + trial, 0.2, 0.1))
                              .status == exit_status::worse
                      ? 1
                      : 0;
    }
    EXPECT_LE(failed, 3);
}

TEST(gate, who_accepts_accepts_what_is_slower) {
    const gate_result found = gated_sets(generated::first_of_pair(7, 0.005, 0.005),
                                         generated::second_of_pair(7, 0.005, 0.005, 1.2));
    const auto accepted = acceptances_of(found, {"", 1, "me", "2026", "the new kernel"});
    ASSERT_EQ(accepted.size(), found.count(verdict_word::slower));
    EXPECT_EQ(accepted[0].series, found.classes[0].name);
    EXPECT_NEAR(accepted[0].ratio, 1.2, 0.01);
    EXPECT_EQ(accepted[0].why, "the new kernel");
    const gate_result equal = gated_sets(generated::first_of_pair(2, 0.02, 0.02),
                                         generated::second_of_pair(2, 0.02, 0.02));
    EXPECT_TRUE(acceptances_of(equal, {}).empty());
    // Later gates say what they let pass, and nothing of what they do not know.
    auto known = accepted;
    known.push_back({"another operation", 2, "", "", ""});
    const gate_result later = gated_sets(generated::first_of_pair(7, 0.005, 0.005),
                                         generated::second_of_pair(7, 0.005, 0.005, 1.2), known);
    EXPECT_EQ(later.status, exit_status::fine) << later.reason;
    EXPECT_EQ(later.acceptances.size(), accepted.size());
}

// Launches that were said to decide do: of ten undecided gates, nine or more of the longer ones.
TEST(gate, as_many_launches_as_it_says_decide) {
    int decided = 0;
    for (unsigned trial = 0; trial < 10; ++trial) {
        auto a = generated::first_of_pair(1500 + trial, 0.25, 0.05);
        auto b = generated::second_of_pair(1500 + trial, 0.25, 0.05);
        const gate_result few = gated_sets(a, b);
        EXPECT_EQ(few.status, exit_status::cannot);
        ASSERT_GT(few.launches_to_decide, 10U);
        ASSERT_LT(few.launches_to_decide, 200U);
        a = generated::first_of_pair(1600 + trial, 0.25, 0.05);
        b = generated::second_of_pair(1600 + trial, 0.25, 0.05);
        a.launches = b.launches = static_cast<int>(few.launches_to_decide) * 3 / 2;
        decided += gated_sets(a, b).status == exit_status::fine ? 1 : 0;
    }
    EXPECT_GE(decided, 8);
}

TEST(gate, a_series_needs_a_name_of_its_own) {
    auto a = generated::first_of_pair(8, 0.01, 0.01);
    a.sizes = {64, 64};
    a.change = [](point_record& point) { point.start = point.index == 0 ? "clock" : "barrier"; };
    auto b = generated::second_of_pair(8, 0.01, 0.01);
    b.sizes = a.sizes;
    b.change = a.change;
    const gate_result found = gated_sets(a, b);
    ASSERT_EQ(found.points.size(), 2U);
    EXPECT_EQ(found.points[1].name, found.points[0].name + " (2)");
}

TEST(acceptance, is_kept_beside_the_baseline) {
    const generated::folder folder;
    EXPECT_TRUE(read_acceptances(folder.path()).empty());
    add_acceptances(folder.path(), {{"x", 1.1, "me", "2026-01-01T00:00:00.000Z", "a\n\"why\""}});
    add_acceptances(folder.path(), {{"x", 1.2, "you", "2026-01-02T00:00:00.000Z", "more"}});
    const auto all = read_acceptances(folder.path());
    ASSERT_EQ(all.size(), 2U);
    EXPECT_EQ(all[0].why, "a\n\"why\"");
    EXPECT_EQ(latest(all, round_value::median).at("x").who, "you");
    // One of the fastest rounds' is not one of the medians'.
    acceptance other{"x", 1.3, "they", "2026-01-03T00:00:00.000Z", "others"};
    other.of_rounds = round_value::fastest;
    add_acceptances(folder.path(), {other});
    const auto both = read_acceptances(folder.path());
    EXPECT_EQ(latest(both, round_value::median).at("x").who, "you");
    EXPECT_EQ(latest(both, round_value::fastest).at("x").who, "they");
    folder.write("accepted.json",
                 "{\"series\":\"x\",\"ratio\":1,\"who\":\"\",\"when\":\"\",\"why\":\"\","
                 "\"of_rounds\":\"best\"}\n");
    EXPECT_THROW((void)read_acceptances(folder.path()), input_error);
    folder.write("accepted.json",
                 "{\"series\":\"x\",\"ratio\":-1,\"who\":\"\",\"when\":\"\","
                 "\"why\":\"\"}\n");
    EXPECT_THROW((void)read_acceptances(folder.path()), input_error);
}

// statsmodels' TTestPower with one-sided alpha 0.05 and power 0.95 needs a few more launches than
// the normal approximation (z + z)^2 s^2 / e^2 = 43.3 for e = s / 2.
TEST(power, is_that_of_students_test) {
    const std::size_t pairs = pairs_to_detect(0.5, 1, 0.05, 2);
    EXPECT_GE(pairs, 44U);
    EXPECT_LE(pairs, 47U);
    EXPECT_EQ(pairs_to_detect(0, 1, 0.05, 2, 99), 99U);
    EXPECT_TRUE(std::isinf(student_of(3, 9)));
    EXPECT_NEAR(student_of(2, 10), 2 * std::sqrt(9.0 / 6), 1e-12);
    EXPECT_TRUE(std::isinf(detectable_log_ratio(1, 10, INFINITY)));
    EXPECT_EQ(detectable_log_ratio(0, 10, 2), 0);
}

TEST(power, a_gate_reaches_further_with_more_launches) {
    const series_noise noise{0.1, 0.1};
    const gate_reach ten = reach_of(noise, 10, {});
    // t(0.975, 5) = 2.571, t(0.9875, 9) = 2.685, t(0.95, 9) = 1.833; all times 0.1 / sqrt(10).
    EXPECT_NEAR(std::log1p(ten.threshold), 0.0813, 1e-4);
    EXPECT_NEAR(std::log1p(ten.detectable), 0.0813 + 0.1429, 2e-4);
    EXPECT_TRUE(std::isinf(reach_of(noise, 6, {}).detectable));
    const std::size_t enough = launches_to_reach(0.1, noise, {});
    EXPECT_LE(reach_of(noise, enough, {}).detectable, 0.1);
    EXPECT_GT(reach_of(noise, enough - 1, {}).detectable, 0.1);
    EXPECT_EQ(launches_to_reach(0.01, noise, {}, 500), 500U);
}

}  // namespace
}  // namespace railgauge
