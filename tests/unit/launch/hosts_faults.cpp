// What happens to a job of several hosts when one of its parts fails, or a stranger knocks.
#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <thread>

#include "harness/base/error.hpp"
#include "harness/launch/handshake.hpp"
#include "harness/launch/monitor.hpp"
#include "harness/launch/tcp_stream.hpp"
#include "tests/unit/launch/hosts_job.hpp"

namespace railgauge {
namespace {

using testing::AllOf;
using testing::AnyOf;
using testing::Contains;
using testing::HasSubstr;

using boards = std::vector<std::shared_ptr<board>>;

constexpr int cannot = static_cast<int>(exit_status::cannot);
constexpr int unfinished = static_cast<int>(exit_status::unfinished);

hosts_plan plan_of(std::vector<int> host_of_rank) {
    hosts_plan plan;
    plan.host_of_rank = std::move(host_of_rank);
    plan.limits = {std::chrono::seconds(20), std::chrono::seconds(5)};
    return plan;
}

/// Ranks that go on meeting until they are ended, and at most for a minute.
exit_status meet_for_long(world& group) {
    group.enter(phase::sampling, 7);
    for (int round = 0; round < 6000; ++round) {
        group.barrier();
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return exit_status::fine;
}

/// Calls `act` once, when every rank has met the others a few times.
std::function<void(const boards&)> once_all_work(std::function<void(const boards&)> act) {
    return [act = std::move(act), done = false](const boards& all) mutable {
        const auto works = [](const auto& each) {
            for (int cell = 0; cell < each->ranks(); ++cell) {
                if (each->cell(cell).progress.load() < 5) {
                    return false;
                }
            }
            return true;
        };
        if (!done && std::all_of(all.begin(), all.end(), works)) {
            done = true;
            act(all);
        }
    };
}

std::function<void(const boards&)> signal_once(int host, int cell, int signal) {
    return once_all_work([=](const boards& all) {
        ::kill(static_cast<pid_t>(all[std::size_t(host)]->cell(cell).pid.load()), signal);
    });
}

/// Every rank is gone, by itself with this status or killed by its host's monitor.
void expect_ended(const played_job& job, int status) {
    for (std::size_t rank = 0; rank < job.ranks.size(); ++rank) {
        const played_rank& each = job.ranks[rank];
        EXPECT_FALSE(each.hung) << "rank " << rank;
        EXPECT_TRUE(each.exit_code == status || each.signal == SIGKILL)
            << "rank " << rank << ": status " << each.exit_code << ", signal " << each.signal;
    }
}

void knock(const std::string& address, const std::string& what) {
    try {
        tcp_stream stream = tcp_stream::connect(
            address, std::chrono::steady_clock::now() + std::chrono::seconds(5), [] {});
        stream.write(std::as_bytes(std::span(what)), [] {});
        // Kept open on purpose, until the other side closes it or some seconds have passed.
        std::vector<std::byte> answer(1);
        stream.read(
            answer, [] {}, std::chrono::steady_clock::now() + std::chrono::seconds(7));
    } catch (const error&) {
    }
}

TEST(hosts_faults, an_exception_on_another_host_reaches_all_with_its_status) {
    const hosts_plan plan = plan_of(blocks_of(3, 2));
    const played_job job = play(plan, [](world& group) -> exit_status {
        if (group.rank() == 5) {
            throw wrong_data_error("the data are wrong there");
        }
        return meet_for_long(group);
    });
    expect_ended(job, static_cast<int>(exit_status::wrong_data));
    for (const std::string& verdict : job.verdicts) {
        EXPECT_THAT(verdict, AllOf(HasSubstr("rank 5 on node2"), HasSubstr("the data are wrong")));
    }
    ASSERT_EQ(job.told.size(), 1u);
    EXPECT_THAT(job.told.front(), HasSubstr("node0: rank 5"));
}

TEST(hosts_faults, a_killed_rank_of_another_host_is_named) {
    hosts_plan plan = plan_of(cyclic_over(2, 2));
    plan.meanwhile = signal_once(1, 1, SIGKILL);
    const played_job job = play(plan, meet_for_long);
    expect_ended(job, unfinished);
    for (const std::string& verdict : job.verdicts) {
        EXPECT_THAT(verdict, HasSubstr("rank 3 (host node1"));
    }
    ASSERT_EQ(job.told.size(), 1u);
    EXPECT_THAT(job.told.front(), HasSubstr("node0: rank 3 (host node1"));
}

TEST(hosts_faults, a_stopped_rank_of_another_host_is_named) {
    hosts_plan plan = plan_of(cyclic_over(2, 2));
    plan.meanwhile = signal_once(1, 1, SIGSTOP);
    const played_job job = play(plan, meet_for_long);
    expect_ended(job, unfinished);
    ASSERT_EQ(job.told.size(), 1u);
    EXPECT_THAT(job.told.front(), AllOf(HasSubstr("node0: rank 3 (host node1"),
                                        HasSubstr("is stopped"), HasSubstr("point 7")));
}

TEST(hosts_faults, a_killed_leader_is_named_with_both_ends) {
    hosts_plan plan = plan_of(blocks_of(3, 2));
    plan.meanwhile = signal_once(2, 0, SIGKILL);
    const played_job job = play(plan, meet_for_long);
    expect_ended(job, unfinished);
    EXPECT_THAT(job.verdicts[0], AllOf(HasSubstr("node2"), HasSubstr("node0"),
                                       HasSubstr("127.0.0.10:"), HasSubstr("rank 4")));
    EXPECT_EQ(job.verdicts[1], job.verdicts[0]);
}

TEST(hosts_faults, a_stopped_leader_is_noticed_by_its_silence) {
    hosts_plan plan = plan_of(blocks_of(2, 2));
    plan.meanwhile = signal_once(1, 0, SIGSTOP);
    const played_job job = play(plan, meet_for_long);
    expect_ended(job, unfinished);
    EXPECT_THAT(job.verdicts[0], AnyOf(HasSubstr("node1 is lost to host node0: not heard from"),
                                       HasSubstr("rank 2 (host node1")));
    // The deputy ends that host's ranks, the stopped one too.
    EXPECT_NE(job.verdicts[1], "");
}

TEST(hosts_faults, the_first_host_may_be_the_lost_one) {
    hosts_plan plan = plan_of(blocks_of(3, 1));
    plan.meanwhile = signal_once(0, 0, SIGKILL);
    const played_job job = play(plan, meet_for_long);
    expect_ended(job, unfinished);
    EXPECT_THAT(job.verdicts[1], HasSubstr("node0 is lost"));
    EXPECT_THAT(job.told, Contains(HasSubstr("node0 is lost")));
}

TEST(hosts_faults, who_leaves_early_is_missed) {
    const hosts_plan plan = plan_of(blocks_of(2, 1));
    const played_job job = play(plan, [](world& group) {
        group.barrier();
        return group.rank() == 1 ? exit_status::fine : meet_for_long(group);
    });
    EXPECT_EQ(job.ranks[0].exit_code, unfinished);
    EXPECT_THAT(job.verdicts[0], AllOf(HasSubstr("node1"), HasSubstr("has left")));
}

TEST(hosts_faults, hosts_that_hang_in_a_transport_are_judged_together) {
    const hosts_plan plan = plan_of(blocks_of(2, 1));
    const played_job job = play(plan, [](world& group) {
        group.set_deadline(std::chrono::seconds(2));
        group.enter(phase::sampling, 3);
        const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(60);
        while (std::chrono::steady_clock::now() < until) {
            std::this_thread::sleep_for(std::chrono::milliseconds(10));
        }
        return exit_status::fine;
    });
    expect_ended(job, unfinished);
    EXPECT_THAT(job.verdicts[0],
                AllOf(HasSubstr("rank 0 (host node0"), HasSubstr("rank 1 (host node1")));
    EXPECT_EQ(job.verdicts[1], job.verdicts[0]);
}

TEST(hosts_faults, different_versions_are_refused_on_both_sides) {
    hosts_plan plan = plan_of(blocks_of(2, 1));
    plan.before_joining = [](host_seat& seat, std::optional<tree_seat>& tree) {
        tree->version = seat.host == 1 ? "9.9.9" : "";
    };
    const played_job job = play(plan, [](world&) { return exit_status::fine; });
    expect_ended(job, cannot);
    for (const std::string& verdict : job.verdicts) {
        EXPECT_THAT(verdict, AllOf(HasSubstr("runs railgauge 9.9.9"), HasSubstr("node0"),
                                   HasSubstr("node1"), HasSubstr("same version")));
    }
}

TEST(hosts_faults, a_wrong_secret_is_refused_and_noted) {
    hosts_plan plan = plan_of(blocks_of(2, 1));
    plan.limits.start = std::chrono::seconds(3);
    plan.before_joining = [](host_seat& seat, std::optional<tree_seat>& tree) {
        if (seat.host == 1) {
            tree->secret = job_secret::random();
        }
    };
    const played_job job = play(plan, [](world&) { return exit_status::fine; });
    EXPECT_EQ(job.ranks[1].exit_code, cannot);
    EXPECT_EQ(job.ranks[0].exit_code, unfinished);
    EXPECT_THAT(job.verdicts[0], HasSubstr("in vain"));
    EXPECT_THAT(job.notes[0], Contains(HasSubstr("does not know this job's secret")));
}

TEST(hosts_faults, a_host_that_does_not_answer_is_named) {
    for (const char* nobody : {"127.0.0.99:9", "no-such-name.invalid:4711"}) {
        hosts_plan plan = plan_of(blocks_of(2, 1));
        plan.limits.start = std::chrono::seconds(3);
        plan.before_joining = [&](host_seat& seat, std::optional<tree_seat>& tree) {
            if (seat.host == 1) {
                tree->parent = nobody;
            }
        };
        const played_job job = play(plan, [](world&) { return exit_status::fine; });
        expect_ended(job, unfinished);
        EXPECT_THAT(job.verdicts[1],
                    AllOf(HasSubstr("node1"), HasSubstr(nobody), HasSubstr("check that")));
    }
}

TEST(hosts_faults, strangers_disturb_nothing_and_are_noted) {
    std::vector<std::string> addresses;
    hosts_plan plan = plan_of(blocks_of(3, 1));
    plan.addresses = &addresses;
    std::vector<std::thread> strangers;
    const auto visit = [&](const std::string& what) {
        strangers.emplace_back([what, address = addresses[0]] { knock(address, what); });
    };
    hello forged;
    forged.protocol = tree_protocol;
    forged.host = 1;
    forged.version = "0.1.0";
    handshake imposter(handshake::side::connecting, job_secret::random(), forged);
    const std::vector<std::byte> greeting = imposter.give();
    const std::string hello_text(reinterpret_cast<const char*>(greeting.data()), greeting.size());
    plan.meanwhile = once_all_work([&](const boards&) {
        visit("GET / HTTP/1.1\r\n\r\n");
        visit(hello_text);
        visit(hello_text.substr(0, 100));  // half a handshake, held open
        visit(std::string(1 << 20, '\xff'));
        visit("");
    });
    const played_job job = play(plan, [](world& group) {
        for (int round = 0; round < 700; ++round) {
            group.barrier();
            std::this_thread::sleep_for(std::chrono::milliseconds(10));
        }
        return exit_status::fine;
    });
    for (std::thread& each : strangers) {
        each.join();
    }
    expect_all(job, 0);
    EXPECT_EQ(strangers.size(), 5u);
    EXPECT_GE(job.notes[0].size(), 4u);
    EXPECT_THAT(job.notes[0], Contains(HasSubstr("not from railgauge")));
    EXPECT_THAT(job.notes[0], Contains(HasSubstr("secret")));
    EXPECT_THAT(job.notes[0], Contains(HasSubstr("did not prove itself")));
}

TEST(hosts_faults, an_interrupt_anywhere_reaches_rank_0) {
    hosts_plan plan = plan_of(blocks_of(3, 1));
    plan.meanwhile = once_all_work([](const boards& all) { all[2]->header().interrupted = 1; });
    const played_job job = play(plan, [](world& group) {
        int stop = 0;
        for (int round = 0; round < 6000 && stop == 0; ++round) {
            stop = group.interrupted() ? 1 : 0;
            broadcast_value(group, stop);
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
        }
        return stop != 0 ? exit_status::fine : exit_status::worse;
    });
    expect_all(job, 0);
}

TEST(hosts_faults, ranks_out_of_step_are_told_so) {
    const hosts_plan plan = plan_of(blocks_of(2, 1));
    const played_job job = play(plan, [](world& group) {
        std::vector<std::byte> data(group.rank() == 0 ? 10 : 20);
        group.broadcast(data, 0);
        return meet_for_long(group);
    });
    expect_ended(job, unfinished);
    EXPECT_THAT(job.verdicts[0], HasSubstr("out of step"));
}

}  // namespace
}  // namespace railgauge
