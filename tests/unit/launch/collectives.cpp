// The world's collective calls between forked ranks.
#include <gtest/gtest.h>

#include <cstring>
#include <vector>

#include "harness/base/error.hpp"
#include "harness/launch/forked.hpp"
#include "harness/launch/placement.hpp"

namespace railgauge {
namespace {

/// Fails the rank with words; gtest's own assertions would be lost with the forked process.
void require(bool condition, const std::string& what) {
    if (!condition) {
        throw capability_error(what);
    }
}

void expect_fine(int ranks, const std::function<void(world&)>& body) {
    forked_options options;
    options.ranks = ranks;
    const forked_result result = run_forked(options, [&](world& group) {
        body(group);
        return exit_status::fine;
    });
    EXPECT_EQ(result.status, exit_status::fine);
    EXPECT_FALSE(result.ended_by) << result.ended_by->text;
    EXPECT_EQ(result.ranks.size(), static_cast<std::size_t>(ranks));
}

std::byte byte_of(std::size_t index, int rank) {
    return static_cast<std::byte>((index * 31 + static_cast<std::size_t>(rank) * 7 + 1) & 0xff);
}

std::vector<std::byte> data_of(std::size_t bytes, int rank) {
    std::vector<std::byte> data(bytes);
    for (std::size_t i = 0; i < bytes; ++i) {
        data[i] = byte_of(i, rank);
    }
    return data;
}

void check_broadcast(world& group, std::size_t bytes, int root) {
    auto data = group.rank() == root ? data_of(bytes, root) : std::vector<std::byte>(bytes);
    group.broadcast(data, root);
    require(data == data_of(bytes, root), "broadcast of " + std::to_string(bytes));
}

void check_gather(world& group, std::size_t bytes, int root) {
    const auto mine = data_of(bytes, group.rank());
    std::vector<std::byte> all(group.rank() == root ? bytes * static_cast<std::size_t>(group.size())
                                                    : 0);
    group.gather(mine, all, root);
    for (int rank = 0; group.rank() == root && rank < group.size(); ++rank) {
        const auto expected = data_of(bytes, rank);
        require(bytes == 0 || std::memcmp(all.data() + static_cast<std::size_t>(rank) * bytes,
                                          expected.data(), bytes) == 0,
                "gather of " + std::to_string(bytes));
    }
}

void check_reduce_max(world& group, std::size_t count) {
    std::vector<double> values(count);
    std::vector<std::int32_t> owners(count, -1);
    for (std::size_t i = 0; i < count; ++i) {
        // Every third element is equal everywhere: the lowest rank has it.
        const int owner = static_cast<int>(i) % group.size();
        values[i] = i % 3 == 0 ? -1.0 : (owner == group.rank() ? 2.0 : 1.0);
    }
    group.reduce_max(values, owners);
    for (std::size_t i = 0; group.rank() == 0 && i < count; ++i) {
        const int owner = i % 3 == 0 ? 0 : static_cast<int>(i) % group.size();
        require(values[i] == (i % 3 == 0 ? -1.0 : 2.0), "maximum");
        require(owners[i] == owner, "owner of the maximum");
    }
}

class collectives : public testing::TestWithParam<int> {};

TEST_P(collectives, carry_any_size_from_and_to_any_root) {
    expect_fine(GetParam(), [](world& group) {
        for (const std::size_t bytes :
             {std::size_t{0}, std::size_t{1}, std::size_t{65536}, std::size_t{3} << 20}) {
            for (const int root : {0, group.size() - 1}) {
                check_broadcast(group, bytes, root);
                check_gather(group, bytes, root);
            }
            check_reduce_max(group, bytes / sizeof(double));
        }
        std::string text = group.rank() == 0 ? "a plan" : "";
        broadcast_string(group, text, 0);
        require(text == "a plan", "string");
    });
}

TEST_P(collectives, barriers_hold_everyone_back) {
    expect_fine(GetParam(), [](world& group) {
        std::vector<std::int64_t> times(static_cast<std::size_t>(group.size()));
        for (int turn = 0; turn < 200; ++turn) {
            const std::int64_t before_ns = monotonic_ns();
            group.barrier();
            const std::int64_t after_ns = monotonic_ns();
            // Nobody leaves a barrier before the last one came.
            double latest = static_cast<double>(before_ns);
            double earliest = -static_cast<double>(after_ns);
            std::int32_t owner = 0;
            group.reduce_max(std::span(&latest, 1), std::span(&owner, 1));
            group.reduce_max(std::span(&earliest, 1), std::span(&owner, 1));
            require(group.rank() != 0 || latest <= -earliest, "barrier left too early");
        }
    });
}

TEST_P(collectives, split_makes_groups_ordered_by_key) {
    expect_fine(GetParam(), [](world& group) {
        // Odd and even ranks, each in reverse order.
        const auto half = group.split(group.rank() % 2, -group.rank());
        const int members = (group.size() + 1 - group.rank() % 2) / 2;
        require(half->size() == members, "size of a split group");
        require(half->rank() == members - 1 - group.rank() / 2, "rank in a split group");
        check_broadcast(*half, 100000, members - 1);
        check_gather(*half, 20000, 0);
        const auto alone = half->split(half->rank(), 0);
        require(alone->size() == 1 && alone->rank() == 0, "a group of one");
        check_broadcast(*alone, 10, 0);
        check_gather(*alone, 10, 0);
        check_reduce_max(*alone, 10);
        alone->barrier();
        group.barrier();
    });
}

TEST_P(collectives, placements_arrive_at_rank_0) {
    expect_fine(GetParam(), [](world& group) {
        const auto placements = place_ranks(group, true);
        const auto expected = group.rank() == 0 ? static_cast<std::size_t>(group.size()) : 0;
        require(placements.size() == expected, "number of placements");
        for (std::size_t rank = 0; rank < placements.size(); ++rank) {
            require(placements[rank].rank == static_cast<int>(rank), "order of placements");
            require(!placements[rank].cpus.empty(), "placement without a cpu");
            require(placements[rank].who == placements[0].who, "some pinned, others not");
        }
    });
}

INSTANTIATE_TEST_SUITE_P(ranks, collectives, testing::Values(1, 2, 3, 7),
                         testing::PrintToStringParamName());

}  // namespace
}  // namespace railgauge
