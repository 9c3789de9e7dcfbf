// Experiments that are looked at while they run: how often equal things are called different, and
// what differs is found.
#include "harness/compare/sequential.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <random>
#include <utility>

#include "tests/unit/compare/generated.hpp"

namespace railgauge {
namespace {

// Pairs of launches in memory: a common part of each launch and a part of each point, both
// log-normal, or with heavy tails.
class simulation {
public:
    simulation(unsigned seed, double spread, double factor, bool heavy = false)
        : random_(seed), spread_(spread), factor_(factor), heavy_(heavy) {
        for (std::size_t i = 0; i < points; ++i) {
            bulk_point point;
            point.op = i < 3 ? "all_reduce" : "broadcast";
            point.backend = "shm";
            point.timing = "isolated";
            point.bytes = std::uint64_t{64} << (4 * i);
            point.ranks = 2;
            ids_[i] = table.id_of(point, 0);
        }
    }

    void add_pair() {
        for (const bool second : {false, true}) {
            result_set& set = second ? b : a;
            const auto launch = static_cast<std::uint32_t>(set.launches.size());
            const int minute = 2 * static_cast<int>(launch) + (second ? 1 : 0);
            set.launches.push_back({0, static_cast<std::int32_t>(launch), generated::when(minute)});
            const double common = noise();
            for (std::size_t i = 0; i < points; ++i) {
                const double time = 10 * (second ? factor_ : 1) * std::exp(common + noise() / 2);
                set.entries.insert(
                    set.entries.begin() + static_cast<std::ptrdiff_t>((i + 1) * launch + i),
                    set_entry{ids_[i], launch, time, NAN, NAN});
            }
        }
    }

    static constexpr std::size_t points = 6;
    point_table table;
    result_set a;
    result_set b;

private:
    double noise() { return spread_ * (heavy_ ? tails_(random_) : normal_(random_)); }

    std::mt19937_64 random_;
    std::normal_distribution<double> normal_;
    std::student_t_distribution<double> tails_{2};
    double spread_;
    double factor_;
    bool heavy_;
    std::array<std::uint32_t, points> ids_{};
};

struct trial_end {
    std::size_t pairs = 0;
    bool different = false;
    bool decided = false;
    bool all_slower = true;
};

// As `railgauge ab` does it; `interrupted_after`: the user ends it then.
trial_end experiment(simulation& world, std::size_t most, std::size_t interrupted_after = 1000) {
    sequential_comparison sequence({most, 0.03, 0.05});
    trial_end end;
    bool ended = false;
    while (!ended && end.pairs < most && end.pairs < interrupted_after) {
        world.add_pair();
        if (!sequence.due(++end.pairs)) continue;
        sequence.take(world.a, world.b, world.table);
        ended = sequence.decided() || sequence.hopeless();
    }
    if (!ended && end.pairs < most) sequence.take_last(world.a, world.b, world.table);
    const comparison& found = sequence.found();
    end.different = found.any(verdict_word::slower) || found.any(verdict_word::faster);
    end.decided = sequence.decided();
    for (const compared_point& point : found.points) {
        end.all_slower = end.all_slower && point.time.verdict == verdict_word::slower;
    }
    return end;
}

TEST(plan_looks, parts_of_alpha_add_up_and_each_look_can_find_something) {
    for (std::size_t most = 1; most <= 300; ++most) {
        const auto looks = plan_looks(most);
        double sum = 0;
        std::size_t before = 0;
        for (const look& one : looks) {
            EXPECT_GT(one.pairs, before);
            before = one.pairs;
            sum += one.alpha;
            if (most < 8) continue;
            EXPECT_LE(std::exp2(1.0 - static_cast<double>(one.pairs)), one.alpha / 2);
        }
        EXPECT_EQ(before, most);
        EXPECT_LE(sum, 0.05 + 1e-12);
        EXPECT_DOUBLE_EQ(looks.back().alpha, 0.025);
        EXPECT_LE(looks.size(), 5U);
    }
}

TEST(plan_looks, twelve_launches_are_looked_at_after_eight) {
    const auto looks = plan_looks(12);
    ASSERT_EQ(looks.size(), 2U);
    EXPECT_EQ(looks[0].pairs, 8U);
    EXPECT_DOUBLE_EQ(looks[0].alpha, 0.025);
    EXPECT_EQ(plan_looks(8).size(), 1U);
    EXPECT_EQ(plan_looks(3).size(), 1U);
    EXPECT_GT(plan_looks(100).size(), 4U);
}

// 5 % are allowed: of 1,000 more than 71 come once in 1,000 times.
TEST(sequential, equal_things_are_called_different_in_at_most_5_percent) {
    for (const bool heavy : {false, true}) {
        for (const std::size_t most : {12U, 24U}) {
            int alarms = 0;
            for (unsigned trial = 0; trial < 500; ++trial) {
                simulation world(1000 + trial, 0.2, 1, heavy);
                alarms += experiment(world, most).different ? 1 : 0;
            }
            EXPECT_LE(alarms, 42) << most << " launches, heavy tails: " << heavy;
        }
    }
}

TEST(sequential, nor_when_the_user_ends_it_somewhere) {
    int alarms = 0;
    for (unsigned trial = 0; trial < 500; ++trial) {
        simulation world(5000 + trial, 0.2, 1);
        alarms += experiment(world, 24, 8 + trial % 16).different ? 1 : 0;
    }
    EXPECT_LE(alarms, 42);
}

TEST(sequential, a_clear_slowdown_is_found_early) {
    int found = 0;
    std::size_t pairs = 0;
    for (unsigned trial = 0; trial < 100; ++trial) {
        simulation world(trial, 0.05, 1.25);
        const trial_end end = experiment(world, 24);
        found += end.all_slower ? 1 : 0;
        pairs += end.pairs;
    }
    EXPECT_GE(found, 95);
    EXPECT_LT(pairs, 100U * 16);
}

TEST(sequential, what_is_equal_without_noise_is_settled_at_the_first_look) {
    simulation world(3, 0.001, 1);
    const trial_end end = experiment(world, 12);
    EXPECT_EQ(end.pairs, 8U);
    EXPECT_TRUE(end.decided);
    EXPECT_FALSE(end.different);
}

// Launches that were started another way leave points behind that few pairs have.
TEST(sequential, points_that_most_pairs_lack_are_not_waited_for) {
    simulation world(6, 0.001, 1);
    sequential_comparison sequence({12, 0.03, 0.05});
    for (int pair = 0; pair < 8; ++pair) world.add_pair();
    bulk_point stray;
    stray.op = "zz";
    stray.timing = "isolated";
    for (result_set* set : {&world.a, &world.b}) {
        set->entries.push_back({world.table.id_of(stray, 0), 3, 5, NAN, NAN});
    }
    sequence.take(world.a, world.b, world.table);
    ASSERT_EQ(sequence.found().points.size(), 7U);
    EXPECT_EQ(sequence.taken().back().decided, 6U);
    EXPECT_TRUE(sequence.decided());
}

TEST(sequential, what_noise_hides_is_given_up) {
    std::size_t pairs = 0;
    for (unsigned trial = 0; trial < 50; ++trial) {
        simulation world(300 + trial, 0.5, 1);
        const trial_end end = experiment(world, 24);
        pairs += end.pairs;
        EXPECT_FALSE(end.decided);
    }
    EXPECT_LT(pairs, 50U * 20);
}

TEST(sequential, an_early_difference_stands) {
    simulation world(9, 0.01, 1.3);
    sequential_comparison sequence({12, 0.03, 0.05});
    for (int pair = 0; pair < 8; ++pair) world.add_pair();
    sequence.take(world.a, world.b, world.table);
    ASSERT_TRUE(sequence.found().any(verdict_word::slower));
    // From here on everything turns round.
    simulation turned(10, 0.01, 1 / 1.3);
    for (int pair = 0; pair < 4; ++pair) turned.add_pair();
    for (auto [to, from] : {std::pair{&world.a, &turned.a}, std::pair{&world.b, &turned.b}}) {
        for (set_launch launch : from->launches) to->launches.push_back(launch);
        for (set_entry entry : from->entries) {
            entry.launch += 8;
            to->entries.push_back(entry);
        }
        std::stable_sort(to->entries.begin(), to->entries.end(),
                         [](const set_entry& x, const set_entry& y) { return x.point < y.point; });
    }
    sequence.take(world.a, world.b, world.table);
    ASSERT_EQ(sequence.taken().size(), 2U);
    EXPECT_EQ(sequence.taken()[0].points.size(), 6U);
    EXPECT_FALSE(sequence.taken()[0].classes.empty());
    EXPECT_TRUE(sequence.taken()[1].points.empty());
    EXPECT_TRUE(sequence.taken()[1].classes.empty());
    for (const compared_point& point : sequence.found().points) {
        EXPECT_EQ(point.time.verdict, verdict_word::slower);
    }
}

TEST(sequential, too_few_launches_give_no_verdict) {
    simulation world(4, 0.01, 2);
    const trial_end end = experiment(world, 7);
    EXPECT_EQ(end.pairs, 7U);
    EXPECT_FALSE(end.different);
    EXPECT_FALSE(end.decided);
}

// Against a simulated walk: the share of Brownian paths that end above the boundary.
TEST(chance_of_verdict, is_that_of_a_random_walk_with_the_trend_so_far) {
    compared_ratio ratio;
    ratio.pairs = 8;
    ratio.ratio = 1.2;
    ratio.low = 0.8;
    ratio.high = 1.8;
    ratio.adjusted = 0.06;  // z = 1.881
    const double needed = 2.4977;
    const double z = 1.8808;
    std::mt19937_64 random(5);
    const double share = 8.0 / 12;
    std::normal_distribution<double> rest(z / std::sqrt(share) * (1 - share), std::sqrt(1 - share));
    int above = 0;
    for (int i = 0; i < 100'000; ++i) above += z * std::sqrt(share) + rest(random) > needed ? 1 : 0;
    EXPECT_NEAR(chance_of_verdict(ratio, 12, 0.025, 0.03), above / 1e5, 0.01);
    ratio.low = 0.98;
    ratio.high = 1.03;
    EXPECT_DOUBLE_EQ(chance_of_verdict(ratio, 12, 0.025, 0.03), 1);
}

}  // namespace
}  // namespace railgauge
