// Who sits where, for any mapping of ranks to hosts.
#include "harness/launch/seats.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

namespace railgauge {
namespace {

using testing::ElementsAre;

TEST(seats, by_block) {
    const auto seats = seat_ranks(std::vector<std::string>{"a", "a", "b", "b"});
    EXPECT_EQ(seats.hosts(), 2);
    EXPECT_THAT(seats.host_of_rank, ElementsAre(0, 0, 1, 1));
    EXPECT_THAT(seats.local_rank_of_rank, ElementsAre(0, 1, 0, 1));
    EXPECT_THAT(seats.ranks_of_host, ElementsAre(ElementsAre(0, 1), ElementsAre(2, 3)));
    EXPECT_EQ(seats.leader_of(3), 2);
}

TEST(seats, in_turns) {
    const auto seats = seat_ranks(std::vector<std::string>{"b", "a", "b", "a", "b"});
    EXPECT_THAT(seats.host_of_rank, ElementsAre(0, 1, 0, 1, 0));
    EXPECT_THAT(seats.ranks_of_host, ElementsAre(ElementsAre(0, 2, 4), ElementsAre(1, 3)));
    EXPECT_EQ(seats.leader_of(4), 0);
    EXPECT_EQ(seats.leader_of(3), 1);
}

TEST(seats, one_rank_each_and_one_for_all) {
    EXPECT_EQ(seat_ranks(std::vector<std::string>{"x", "y", "z"}).hosts(), 3);
    EXPECT_EQ(seat_ranks(std::vector<std::string>(1000, "x")).hosts(), 1);
    EXPECT_EQ(seat_ranks({}).hosts(), 0);
}

TEST(seats, hold_for_any_uneven_mapping) {
    std::mt19937 random(7);
    for (int round = 0; round < 50; ++round) {
        std::vector<std::string> keys(1 + random() % 60);
        for (std::string& key : keys) {
            key = "host" + std::to_string(random() % 9);
        }
        const auto seats = seat_ranks(keys);
        int highest_leader = -1;
        for (int host = 0; host < seats.hosts(); ++host) {
            const auto& here = seats.ranks_of_host[static_cast<std::size_t>(host)];
            EXPECT_GT(here.front(), highest_leader) << "hosts are in the order of lowest ranks";
            highest_leader = here.front();
            for (std::size_t local = 0; local < here.size(); ++local) {
                const auto rank = static_cast<std::size_t>(here[local]);
                EXPECT_EQ(seats.host_of_rank[rank], host);
                EXPECT_EQ(seats.local_rank_of_rank[rank], static_cast<int>(local));
                EXPECT_EQ(keys[rank], keys[static_cast<std::size_t>(here.front())]);
            }
        }
        EXPECT_EQ(seats.host_of_rank.front(), 0);
    }
}

TEST(seats, lists_of_ranks_are_short) {
    EXPECT_EQ(list_of_ranks(std::vector<std::int32_t>{3}), "3");
    EXPECT_EQ(list_of_ranks(std::vector<std::int32_t>{0, 1, 2, 5, 7, 8}), "0-2, 5 and 7-8");
    EXPECT_EQ(list_of_ranks(std::vector<std::int32_t>{1, 3, 5, 7}, 2), "1, 3 and 2 more");
    EXPECT_EQ(list_of_ranks({}), "");
}

}  // namespace
}  // namespace railgauge
