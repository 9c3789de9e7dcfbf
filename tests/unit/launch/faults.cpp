// Ranks that die, stop, come late or throw: who is named, and that nobody is left behind.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <thread>

#include "harness/base/error.hpp"
#include "harness/base/shared_segment.hpp"
#include "harness/launch/forked.hpp"
#include "harness/launch/process.hpp"

namespace railgauge {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

/// Far more than any deadline of these tests, far less than a hang.
constexpr auto too_long = 15s;

forked_options with_deadline(int ranks, std::chrono::nanoseconds limit = 1s) {
    forked_options options;
    options.ranks = ranks;
    options.limits.step = limit;
    return options;
}

/// Runs a job whose rank 1 is handed to `fault` in point 3 while the others go on to a barrier.
forked_result run_with_fault(int ranks, const std::function<void(world&)>& fault) {
    const auto began = std::chrono::steady_clock::now();
    forked_result result = run_forked(with_deadline(ranks), [&](world& group) {
        group.enter(phase::sampling, 3);
        group.barrier();
        if (group.rank() == 1) {
            fault(group);
        }
        group.barrier();
        return exit_status::fine;
    });
    EXPECT_LT(std::chrono::steady_clock::now() - began, too_long);
    for (const rank_outcome& rank : result.ranks) {
        EXPECT_TRUE(process_gone(rank.pid));
    }
    return result;
}

void expect_blamed(const forked_result& result, const std::string& words) {
    EXPECT_EQ(result.status, exit_status::unfinished);
    ASSERT_TRUE(result.ended_by);
    EXPECT_EQ(result.ended_by->rank, 1);
    EXPECT_EQ(result.ended_by->point, 3);
    EXPECT_EQ(result.ended_by->where, phase::sampling);
    EXPECT_THAT(
        result.ended_by->text,
        AllOf(HasSubstr("rank 1 (host "), HasSubstr("pid " + std::to_string(result.ranks[1].pid)),
              HasSubstr(words), HasSubstr("in point 3, phase sampling")));
}

class faults : public testing::TestWithParam<int> {};

TEST_P(faults, a_killed_rank_is_named_at_once_with_its_signal) {
    const auto result = run_with_fault(GetParam(), [](world&) { ::kill(::getpid(), SIGKILL); });
    expect_blamed(result, "was killed by signal 9");
    EXPECT_EQ(result.ranks[1].signal, SIGKILL);
}

TEST_P(faults, a_stopped_rank_is_named_when_the_deadline_passes) {
    expect_blamed(run_with_fault(GetParam(), [](world&) { ::raise(SIGSTOP); }), "is stopped");
}

TEST_P(faults, a_late_rank_is_named_when_the_deadline_passes) {
    expect_blamed(run_with_fault(GetParam(), [](world&) { std::this_thread::sleep_for(20s); }),
                  "does not go on");
}

TEST_P(faults, a_rank_that_leaves_early_is_named) {
    expect_blamed(run_with_fault(GetParam(), [](world&) { ::_exit(0); }),
                  "left with status 0 before its work was done");
}

TEST_P(faults, a_rank_that_throws_ends_the_job_with_its_status_and_words) {
    const auto result =
        run_with_fault(GetParam(), [](world&) { throw wrong_data_error("element 7 is wrong"); });
    EXPECT_EQ(result.status, exit_status::wrong_data);
    ASSERT_TRUE(result.ended_by);
    EXPECT_TRUE(result.ended_by->failed_by_itself);
    EXPECT_THAT(result.ended_by->text, HasSubstr("element 7 is wrong"));
    for (const rank_outcome& rank : result.ranks) {
        EXPECT_EQ(rank.exit_code, 4) << "peers leave by themselves with the job's status";
    }
}

INSTANTIATE_TEST_SUITE_P(ranks, faults, testing::Values(2, 5), testing::PrintToStringParamName());

TEST(faults, the_sleeper_is_named_while_others_spin_for_it_outside_of_world) {
    shared_segment segment = shared_segment::create("test", 4);
    auto* flag = reinterpret_cast<std::atomic<int>*>(segment.data());
    const auto result = run_forked(with_deadline(3), [&](world& group) {
        group.enter(phase::sampling, 5);
        group.barrier();
        if (group.rank() == 2) {
            std::this_thread::sleep_for(20s);
            flag->store(1);
        }
        while (flag->load() == 0) {
            std::this_thread::yield();
        }
        return exit_status::fine;
    });
    ASSERT_TRUE(result.ended_by);
    EXPECT_EQ(result.ended_by->rank, 2) << result.ended_by->text;
    EXPECT_THAT(result.ended_by->text, Not(HasSubstr("rank 0")));
}

TEST(faults, a_call_that_the_others_do_not_make_is_found) {
    const auto result = run_forked(with_deadline(2), [&](world& group) {
        group.enter(phase::planning, -1);
        if (group.rank() == 0) {
            group.barrier();
        }
        return exit_status::fine;
    });
    EXPECT_EQ(result.status, exit_status::unfinished);
    ASSERT_TRUE(result.ended_by);
    EXPECT_EQ(result.ended_by->rank, 1);
    EXPECT_THAT(result.ended_by->text,
                AllOf(HasSubstr("had already left with status 0"), HasSubstr("no point"),
                      HasSubstr("the first is rank 0 in barrier")));
}

TEST(faults, waiting_is_no_fault_while_the_others_show_life) {
    const auto result = run_forked(with_deadline(3, 400ms), [&](world& group) {
        group.enter(phase::sampling, 0);
        for (int beat = 0; group.rank() == 0 && beat < 15; ++beat) {
            std::this_thread::sleep_for(100ms);
            group.heartbeat();
        }
        group.barrier();
        return exit_status::fine;
    });
    EXPECT_EQ(result.status, exit_status::fine);
    EXPECT_FALSE(result.ended_by) << result.ended_by->text;
}

TEST(faults, a_deadline_that_the_rank_sets_holds) {
    const auto result = run_forked(with_deadline(2, 60s), [&](world& group) {
        group.set_deadline(500ms);
        group.enter(phase::sampling, 0);
        group.barrier();
        if (group.rank() == 0) {
            std::this_thread::sleep_for(20s);
        }
        group.barrier();
        return exit_status::fine;
    });
    EXPECT_EQ(result.status, exit_status::unfinished);
    ASSERT_TRUE(result.ended_by);
    EXPECT_EQ(result.ended_by->rank, 0);
}

TEST(faults, a_status_that_all_agree_on_is_the_jobs) {
    const auto result =
        run_forked(with_deadline(3), [](world&) { return exit_status::wrong_data; });
    EXPECT_EQ(result.status, exit_status::wrong_data);
    EXPECT_FALSE(result.ended_by);
}

TEST(faults, processes_that_ranks_started_do_not_stay) {
    shared_segment segment = shared_segment::create("test", sizeof(pid_t));
    auto* grandchild = reinterpret_cast<std::atomic<pid_t>*>(segment.data());
    const auto result = run_forked(with_deadline(2), [&](world& group) {
        if (group.rank() == 0) {
            const pid_t pid = ::fork();
            if (pid == 0) {
                ::sleep(100);
                ::_exit(0);
            }
            grandchild->store(pid);
        }
        return exit_status::fine;
    });
    EXPECT_EQ(result.status, exit_status::fine);
    EXPECT_GT(grandchild->load(), 0);
    EXPECT_TRUE(process_gone(grandchild->load()));
}

/// A job in a process of its own, so that it can be signalled. Its ranks put their pids into
/// `pids` and then wait for the user to interrupt them; the job's status is the exit code.
pid_t start_job(std::atomic<pid_t>* pids, bool heed) {
    const pid_t job = ::fork();
    if (job == 0) {
        const auto result = run_forked(with_deadline(2, 60s), [&](world& group) {
            pids[group.rank()].store(::getpid());
            for (std::uint8_t stop = 0; stop == 0;) {
                std::this_thread::sleep_for(5ms);
                stop = heed && group.rank() == 0 && group.interrupted() ? 1 : 0;
                broadcast_value(group, stop);
            }
            return exit_status::cannot;
        });
        ::_exit(static_cast<int>(result.status) + (result.interrupted ? 100 : 0));
    }
    while (pids[0].load() == 0 || pids[1].load() == 0) {
        std::this_thread::sleep_for(5ms);
    }
    return job;
}

class signalled : public testing::Test {
protected:
    void TearDown() override {
        for (int turn = 0; turn < 1000 && !(process_gone(pids_[0]) && process_gone(pids_[1]));
             ++turn) {
            std::this_thread::sleep_for(5ms);
        }
        EXPECT_TRUE(process_gone(pids_[0]));
        EXPECT_TRUE(process_gone(pids_[1]));
    }
    shared_segment segment_ = shared_segment::create("test", 2 * sizeof(pid_t));
    std::atomic<pid_t>* pids_ = reinterpret_cast<std::atomic<pid_t>*>(segment_.data());
};

TEST_F(signalled, ranks_die_with_a_killed_parent) {
    const pid_t job = start_job(pids_, true);
    ::kill(job, SIGKILL);
    int status = 0;
    ASSERT_EQ(::waitpid(job, &status, 0), job);
}

TEST_F(signalled, an_interrupt_lets_rank_0_end_in_good_order) {
    for (const int signal : {SIGINT, SIGTERM}) {
        pids_[0] = pids_[1] = 0;
        const pid_t job = start_job(pids_, true);
        // As a terminal does: everyone in the foreground gets it.
        ::kill(pids_[0], signal);
        ::kill(pids_[1], signal);
        ::kill(job, signal);
        int status = 0;
        ASSERT_EQ(::waitpid(job, &status, 0), job);
        EXPECT_EQ(WEXITSTATUS(status), 100 + 3);
    }
}

TEST_F(signalled, a_second_interrupt_ends_at_once) {
    const pid_t job = start_job(pids_, false);
    ::kill(job, SIGINT);
    std::this_thread::sleep_for(500ms);
    EXPECT_FALSE(process_gone(job));
    ::kill(job, SIGINT);
    int status = 0;
    ASSERT_EQ(::waitpid(job, &status, 0), job);
    EXPECT_EQ(WEXITSTATUS(status), 100 + 5);
}

}  // namespace
}  // namespace railgauge
