// The world's collective calls between ranks of several hosts.
#include "harness/launch/hosts.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <thread>

#include "harness/base/clock.hpp"
#include "harness/launch/placement.hpp"
#include "tests/unit/launch/hosts_job.hpp"

namespace railgauge {
namespace {

std::vector<std::byte> data_of(std::size_t bytes, int rank) {
    std::vector<std::byte> data(bytes);
    for (std::size_t i = 0; i < bytes; ++i) {
        data[i] = static_cast<std::byte>((i * 31 + std::size_t(rank) * 7 + 1) & 0xff);
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
    std::vector<std::byte> all(group.rank() == root ? bytes * std::size_t(group.size()) : 0);
    group.gather(mine, all, root);
    for (int rank = 0; group.rank() == root && rank < group.size(); ++rank) {
        const auto expected = data_of(bytes, rank);
        require(bytes == 0 || std::memcmp(all.data() + std::size_t(rank) * bytes, expected.data(),
                                          bytes) == 0,
                "gather of " + std::to_string(bytes));
    }
}

void check_reduce_max(world& group, std::size_t count) {
    std::vector<double> values(count);
    std::vector<std::int32_t> owners(count, -1);
    for (std::size_t i = 0; i < count; ++i) {
        const int owner = int(i) % group.size();
        values[i] = i % 3 == 0 ? -1.0 : (owner == group.rank() ? 2.0 : 1.0);
    }
    group.reduce_max(values, owners);
    for (std::size_t i = 0; group.rank() == 0 && i < count; ++i) {
        const int owner = i % 3 == 0 ? 0 : int(i) % group.size();
        require(values[i] == (i % 3 == 0 ? -1.0 : 2.0), "maximum");
        require(owners[i] == owner, "owner of the maximum");
    }
}

void check_every_call(world& group) {
    group.barrier();
    for (const int root : {0, group.size() - 1, group.size() / 2}) {
        for (const std::size_t bytes : {0u, 1u, 100u, 70000u}) {
            check_broadcast(group, bytes, root);
            check_gather(group, bytes, root);
        }
    }
    for (const std::size_t count : {0u, 1u, 7u, 5000u}) {
        check_reduce_max(group, count);
    }
    group.barrier();
}

struct layout {
    const char* name;
    std::vector<int> host_of_rank;
};

class hosts_collectives : public testing::TestWithParam<layout> {};

TEST_P(hosts_collectives, every_call_from_every_kind_of_root) {
    hosts_plan plan;
    plan.host_of_rank = GetParam().host_of_rank;
    const played_job job = play(plan, [&](world& group) {
        const int host = plan.host_of_rank[std::size_t(group.rank())];
        const auto& all = plan.host_of_rank;
        require(group.size() == int(all.size()) && group.host() == host, "seat");
        require(group.hosts() == *std::max_element(all.begin(), all.end()) + 1, "hosts");
        require(group.local_size() == int(std::count(all.begin(), all.end(), host)), "local size");
        require(group.host_name() == "node" + std::to_string(host), "host name");
        check_every_call(group);
        return exit_status::fine;
    });
    expect_all(job, 0);
}

TEST_P(hosts_collectives, groups_of_a_split_do_not_mix) {
    hosts_plan plan;
    plan.host_of_rank = GetParam().host_of_rank;
    const played_job job = play(plan, [](world& group) {
        // Within each host, across the hosts, and backwards in two halves, all while others run.
        const auto within = group.split(group.host(), group.rank());
        require(within->hosts() == 1 && within->size() == group.local_size(), "within a host");
        require(within->rank() == group.local_rank(), "rank within a host");
        const auto across = group.split(group.local_rank(), group.rank());
        require(across->local_size() == 1 && across->hosts() == across->size(), "across hosts");
        const auto halves = group.split(group.rank() % 2, -group.rank());
        require(halves->rank() == (group.size() - 1 - group.rank()) / 2, "backwards");
        for (int round = 0; round < 3; ++round) {
            check_every_call(*across);
            check_every_call(*halves);
            check_every_call(*within);
            check_every_call(group);
        }
        const auto again = halves->split(halves->host(), 0);
        check_every_call(*again);
        // Groups end in whatever order.
        group.barrier();
        return exit_status::fine;
    });
    expect_all(job, 0);
}

INSTANTIATE_TEST_SUITE_P(layouts, hosts_collectives,
                         testing::Values(layout{"two_of_one", blocks_of(2, 1)},
                                         layout{"two_of_two", blocks_of(2, 2)},
                                         layout{"three_cyclic", cyclic_over(3, 2)},
                                         layout{"five_of_one", blocks_of(5, 1)},
                                         layout{"uneven", {0, 1, 1, 0, 2, 1}}),
                         [](const auto& one) { return std::string(one.param.name); });

TEST(hosts, more_hosts_than_one_leader_serves) {
    hosts_plan plan;
    plan.host_of_rank = blocks_of(12, 1);
    const played_job job = play(plan, [](world& group) {
        check_every_call(group);
        const auto pairs = group.split(group.rank() / 2, 0);
        check_every_call(*pairs);
        check_broadcast(group, 1000, 11);
        check_gather(group, 1000, 10);
        const clock_relation relation = group.relate_clock();
        require((group.host() == 0) == relation.is_identity(), "host 0's clock is the job's");
        return exit_status::fine;
    });
    expect_all(job, 0);
}

TEST(hosts, large_payloads) {
    hosts_plan plan;
    plan.host_of_rank = cyclic_over(3, 1);
    const played_job job = play(plan, [](world& group) {
        check_broadcast(group, 9'000'000, 1);
        check_gather(group, 3'000'000, 2);
        return exit_status::fine;
    });
    expect_all(job, 0);
}

TEST(hosts, one_host_needs_no_tree) {
    hosts_plan plan;
    plan.host_of_rank = {0, 0, 0};
    const played_job job = play(plan, [](world& group) {
        require(group.hosts() == 1 && group.host() == 0, "one host");
        require(group.relate_clock().is_identity(), "one clock");
        check_every_call(group);
        return exit_status::fine;
    });
    expect_all(job, 0);
}

TEST(hosts, placements_of_all_hosts_come_together) {
    hosts_plan plan;
    plan.host_of_rank = cyclic_over(2, 2);
    const played_job job = play(plan, [](world& group) {
        const auto placements = place_ranks(group, true);
        require(placements.size() == (group.rank() == 0 ? 4u : 0u), "placements");
        for (std::size_t i = 0; i < placements.size(); ++i) {
            require(placements[i].rank == int(i), "rank of a placement");
        }
        return exit_status::fine;
    });
    expect_all(job, 0);
}

// On one machine all hosts read one counter, so the truth is known: no offset, equal rates.
TEST(hosts, clocks_are_related_within_their_bound) {
    hosts_plan plan;
    plan.host_of_rank = blocks_of(3, 1);
    const played_job job = play(plan, [](world& group) {
        double least_error = 1e9;
        for (int round = 0; round < 20; ++round) {
            const clock_relation relation = group.relate_clock();
            least_error = round < 10 ? std::min(least_error, relation.error_ticks) : least_error;
            for (int later = 0; later < 3; ++later) {
                const std::uint64_t now = clock_now();
                const auto off = static_cast<std::int64_t>(relation.to_job(now) - now);
                require(std::abs(double(off)) <= relation.error_at(now) + 1, "the bound holds");
                const auto back = relation.to_local(relation.to_job(now));
                require(std::abs(double(std::int64_t(back - now))) <= 2, "there and back");
                std::this_thread::sleep_for(std::chrono::milliseconds(5));
            }
        }
        const clock_relation late = group.relate_clock();
        // What the clocks' makers promise needs no measurement; a disturbed one adds nothing to it.
        require(group.host() == 0 || late.drift < 300e-6 || late.error_ticks + least_error > 4e4,
                "the rate is better known after a while");
        return exit_status::fine;
    });
    expect_all(job, 0);
}

}  // namespace
}  // namespace railgauge
