#include "harness/measure/group_layout.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>
#include <vector>

namespace railgauge {
namespace {

// `hosts` hosts with `local` ranks each, one host after the other.
std::vector<rank_seat> cluster(int hosts, int local) {
    std::vector<rank_seat> seats;
    for (int rank = 0; rank < hosts * local; ++rank) {
        seats.push_back({rank, hosts * local, rank / local, hosts, rank % local, local});
    }
    return seats;
}

// The groups of a round: the ranks of each color in the order of their keys.
std::map<int, std::vector<int>> groups_of(const std::string& rule, const std::vector<rank_seat>& at,
                                          int round, int directions = 1, int most_rounds = 0) {
    std::map<int, std::map<int, int>> by_key;
    for (const rank_seat& seat : at) {
        const group_layout layout(parse_groups(rule).front(), seat, directions, most_rounds);
        if (const auto place = layout.seat(round)) by_key[place->color][place->key] = seat.rank;
    }
    std::map<int, std::vector<int>> groups;
    for (const auto& [color, ranks] : by_key) {
        for (const auto& [key, rank] : ranks) groups[color].push_back(rank);
    }
    return groups;
}

int rounds_of(const std::string& rule, const std::vector<rank_seat>& at, int directions = 1,
              int most_rounds = 0) {
    return group_layout(parse_groups(rule).front(), at.front(), directions, most_rounds).rounds();
}

using testing::ElementsAre;
using testing::Pair;

TEST(group_layout, divides_by_host_rail_and_list) {
    const auto at = cluster(2, 2);
    EXPECT_THAT(groups_of("intra-host", at, 0),
                ElementsAre(Pair(0, ElementsAre(0, 1)), Pair(1, ElementsAre(2, 3))));
    EXPECT_THAT(groups_of("inter-host", at, 0),
                ElementsAre(Pair(0, ElementsAre(0, 2)), Pair(1, ElementsAre(1, 3))));
    EXPECT_THAT(groups_of("ranks=0,3/2", at, 0),
                ElementsAre(Pair(0, ElementsAre(0, 3)), Pair(1, ElementsAre(2))));
}

TEST(group_layout, takes_turns) {
    const auto at = cluster(3, 2);
    EXPECT_EQ(rounds_of("intra-host", at), 1);
    EXPECT_EQ(rounds_of("intra-host:turn", at), 3);
    EXPECT_THAT(groups_of("intra-host:turn", at, 1), ElementsAre(Pair(1, ElementsAre(2, 3))));
    EXPECT_EQ(rounds_of("inter-host:turn", at), 2);
    EXPECT_THAT(groups_of("ranks=0-1/4:turn", at, 1), ElementsAre(Pair(1, ElementsAre(4))));
}

TEST(group_layout, meets_every_pair_in_each_direction) {
    for (const std::string rule : {"pairs", "pairs:turn"}) {
        for (const int ranks : {2, 3, 4, 7, 8}) {
            const auto at = cluster(1, ranks);
            std::set<std::vector<int>> met;
            for (int round = 0; round < rounds_of(rule, at, 2); ++round) {
                const auto groups = groups_of(rule, at, round, 2);
                EXPECT_EQ(groups.size(), rule == "pairs" ? ranks / 2U : 1U);
                for (const auto& [color, pair] : groups) {
                    ASSERT_EQ(pair.size(), 2U);
                    EXPECT_TRUE(met.insert(pair).second);
                }
            }
            EXPECT_EQ(met.size(), static_cast<std::size_t>(ranks * (ranks - 1)));
        }
    }
}

TEST(group_layout, pairs_the_first_ranks_of_hosts) {
    const auto at = cluster(4, 3);
    EXPECT_EQ(rounds_of("host-pairs", at), 3);
    std::set<std::vector<int>> met;
    for (int round = 0; round < 3; ++round) {
        for (const auto& [color, pair] : groups_of("host-pairs", at, round)) met.insert(pair);
    }
    EXPECT_THAT(met, ElementsAre(ElementsAre(0, 3), ElementsAre(0, 6), ElementsAre(0, 9),
                                 ElementsAre(3, 6), ElementsAre(3, 9), ElementsAre(6, 9)));
}

TEST(group_layout, chooses_rounds_evenly) {
    const auto at = cluster(1, 16);
    EXPECT_EQ(rounds_of("pairs", at, 1, 5), 5);
    EXPECT_EQ(rounds_of("pairs", at, 1, 99), 15);
    std::set<std::vector<int>> met;
    for (int round = 0; round < 5; ++round) {
        for (const auto& [color, pair] : groups_of("pairs", at, round, 1, 5)) {
            EXPECT_TRUE(met.insert(pair).second);
        }
    }
    EXPECT_EQ(met.size(), 40U);
}

TEST(group_layout, says_why_there_is_no_group) {
    const auto at = cluster(1, 4);
    for (const char* rule : {"inter-host", "host-pairs"}) {
        const group_layout none(parse_groups(rule).front(), at.front(), 1, 0);
        EXPECT_EQ(none.rounds(), 0);
        EXPECT_EQ(none.absence(), "all ranks are on one host");
    }
    EXPECT_EQ(rounds_of("pairs", cluster(1, 1)), 0);
}

}  // namespace
}  // namespace railgauge
