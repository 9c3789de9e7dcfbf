// Making, watching and ending a communicator of NCCL, and operations on it, against a fake NCCL.
#ifdef RAILGAUGE_HAS_NCCL
#include "harness/backends/nccl/nccl_session.hpp"

#include <gmock/gmock.h>

#include <cstring>
#include <memory>

#include "harness/backends/nccl/nccl_roots.hpp"
#include "tests/unit/backends/nccl_fixture.hpp"
#include "tests/unit/backends/shm_test_world.hpp"

namespace railgauge::nccl {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using namespace testing;

TEST_F(nccl_sessions, is_made_without_blocking_and_proves_that_it_lives_meanwhile) {
    the_fake().polls_in_progress = 5;
    {
        const nccl_session session(group, calls, patient);
        EXPECT_EQ(the_fake().blocking, 0);
        EXPECT_GE(group.heartbeats, 5);
        EXPECT_GT(session.init_ns(), 0);
        EXPECT_EQ(session.roots(), 1);
    }
    EXPECT_THAT(the_fake().log,
                ElementsAre("GetUniqueId", "CommInitRankConfig", "CommFinalize", "CommDestroy"));
}

TEST_F(nccl_sessions, an_old_version_blocks) {
    calls.CommInitRankConfig = nullptr;
    calls.CommInitRankScalable = nullptr;
    calls.CommFinalize = nullptr;
    { const nccl_session session(group, calls, patient); }
    EXPECT_THAT(the_fake().log, ElementsAre("GetUniqueId", "CommInitRank", "CommDestroy"));
}

TEST_F(nccl_sessions, is_aborted_when_it_is_not_ready_in_time) {
    the_fake().polls_in_progress = -1;
    const std::string words =
        words_of([&] { const nccl_session session(group, calls, nccl_limits{.init = moment}); },
                 exit_status::unfinished);
    EXPECT_THAT(words, HasSubstr("ncclCommInitRank did not end within 0.03 s"));
    EXPECT_EQ(the_fake().count("CommAbort"), 1);
    EXPECT_EQ(the_fake().count("CommDestroy"), 0);
}

TEST_F(nccl_sessions, says_what_nccl_says_when_it_cannot_be_made) {
    the_fake().failing = "CommInitRankConfig";
    the_fake().failure = ncclInvalidUsage;
    const std::string words =
        words_of([&] { const nccl_session session(group, calls, patient); }, exit_status::cannot);
    EXPECT_THAT(words, HasSubstr("ncclCommInitRank: unhandled: the fake's last words"));
    EXPECT_THAT(words, HasSubstr("NCCL_DEBUG=WARN"));
}

TEST_F(nccl_sessions, one_root_for_128_ranks_where_nccl_knows_more_than_one) {
    lone_world many(0, 300);
    { const nccl_session session(many, calls, patient); }
    EXPECT_EQ(the_fake().ids_used, 3);
    EXPECT_EQ(the_fake().blocking, 0);
    calls.CommInitRankScalable = nullptr;
    { const nccl_session session(many, calls, patient); }
    EXPECT_EQ(the_fake().ids_used, 1);
}

TEST_F(nccl_sessions, grouped_calls_are_a_group_and_single_ones_are_not) {
    nccl_session session(group, calls, patient);
    the_fake().log.clear();
    session.launch(plan_of(operation_kind::bidirectional), nullptr);
    session.launch(plan_of(operation_kind::all_reduce), nullptr);
    session.launch(plan_of(operation_kind::ping_pong), nullptr);
    EXPECT_THAT(the_fake().log,
                ElementsAre("GroupStart", "Send 4 peer 1", "Recv 4 peer 1", "GroupEnd",
                            "AllReduce 4 peer 0", "Send 4 peer 1", "Recv 4 peer 1"));
}

TEST_F(nccl_sessions, waits_until_nccls_thread_has_launched) {
    nccl_session session(group, calls, patient);
    the_fake().polls_in_progress = 20;
    session.launch(plan_of(operation_kind::all_reduce), nullptr);
    EXPECT_EQ(the_fake().polls_in_progress, 0);
}

TEST_F(nccl_sessions, a_launch_that_never_ends_is_aborted) {
    nccl_session session(group, calls, nccl_limits{.work = moment});
    the_fake().polls_in_progress = -1;
    EXPECT_THAT(words_of([&] { session.launch(plan_of(operation_kind::all_to_all), nullptr); },
                         exit_status::unfinished),
                HasSubstr("did not end within"));
    EXPECT_TRUE(session.aborted());
    EXPECT_THAT(words_of([&] { session.launch(plan_of(operation_kind::all_reduce), nullptr); },
                         exit_status::unfinished),
                HasSubstr("was aborted before"));
}

TEST_F(nccl_sessions, a_group_that_fails_is_ended_before_the_abort) {
    nccl_session session(group, calls, patient);
    the_fake().log.clear();
    the_fake().failing = "Recv";
    the_fake().failure = ncclInvalidArgument;
    // The log holds the arguments too, and `failing` is the bare name.
    EXPECT_THROW(session.launch(plan_of(operation_kind::bidirectional), nullptr), nccl_error);
    EXPECT_THAT(the_fake().log, ElementsAre("GroupStart", "Send 4 peer 1", "Recv 4 peer 1",
                                            "GroupEnd", "CommAbort"));
}

TEST_F(nccl_sessions, a_lost_rank_ends_the_wait_with_status_5) {
    nccl_session session(group, calls, patient);
    the_fake().state = ncclRemoteError;
    const std::string words = words_of([&] { session.wait("all_reduce", [] { return false; }); },
                                       exit_status::unfinished);
    EXPECT_THAT(words, HasSubstr("all_reduce: remote process exited"));
    EXPECT_EQ(the_fake().count("CommAbort"), 1);
}

TEST_F(nccl_sessions, work_that_hangs_is_aborted_at_the_deadline) {
    nccl_session session(group, calls, nccl_limits{.work = moment});
    EXPECT_THAT(words_of([&] { session.wait("all_reduce", [] { return false; }); },
                         exit_status::unfinished),
                HasSubstr("all_reduce did not end within 0.03 s"));
    EXPECT_TRUE(session.aborted());
}

TEST_F(nccl_sessions, an_end_that_hangs_becomes_an_abort) {
    {
        const nccl_session session(group, calls, nccl_limits{.ending = moment});
        the_fake().polls_in_progress = -1;
    }
    EXPECT_EQ(the_fake().count("CommAbort"), 1);
    EXPECT_EQ(the_fake().count("CommDestroy"), 0);
}

TEST_F(nccl_sessions, an_exception_on_its_way_aborts_at_once) {
    try {
        const nccl_session session(group, calls, patient);
        throw deadline_error("something else");
    } catch (const deadline_error&) {
    }
    EXPECT_EQ(the_fake().count("CommAbort"), 1);
    EXPECT_EQ(the_fake().count("CommFinalize"), 0);
}

TEST_F(nccl_sessions, one_that_is_split_off_ends_by_itself) {
    nccl_session parent(group, calls, patient);
    the_fake().log.clear();
    the_fake().polls_in_progress = 3;
    {
        const nccl_session child(parent, 0, 7, group);
        EXPECT_EQ(the_fake().blocking, 0);
        EXPECT_EQ(child.get(), fake_communicator(1));
        EXPECT_GT(child.init_ns(), 0);
    }
    EXPECT_GE(group.heartbeats, 3);
    EXPECT_THAT(the_fake().log,
                ElementsAre("CommSplit color 0 key 7", "CommFinalize", "CommDestroy"));
    EXPECT_FALSE(parent.aborted());
}

TEST_F(nccl_sessions, what_ends_one_by_force_ends_its_family) {
    nccl_session parent(group, calls, nccl_limits{.work = moment});
    nccl_session split(parent, 0, 0, group);
    nccl_session kin(group, calls, patient, &split);
    EXPECT_THAT(
        words_of([&] { parent.wait("all_reduce", [] { return false; }); }, exit_status::unfinished),
        HasSubstr("did not end within"));
    EXPECT_TRUE(parent.aborted());
    EXPECT_TRUE(split.aborted());
    EXPECT_TRUE(kin.aborted());
    EXPECT_EQ(the_fake().count("CommAbort"), 3);
    EXPECT_THROW(nccl_session(parent, 0, 0, group), deadline_error);
}

TEST_F(nccl_sessions, a_wait_sees_what_fails_in_another_of_the_family) {
    nccl_session parent(group, calls, patient);
    const nccl_session split(parent, 0, 0, group);
    the_fake().failing_state_of = split.get();
    the_fake().state = ncclRemoteError;
    EXPECT_THAT(
        words_of([&] { parent.wait("all_reduce", [] { return false; }); }, exit_status::unfinished),
        HasSubstr("all_reduce: remote process exited"));
    EXPECT_TRUE(parent.aborted());
}

TEST_F(nccl_sessions, a_split_that_does_not_end_is_aborted) {
    nccl_session parent(group, calls, nccl_limits{.init = moment});
    the_fake().polls_in_progress = -1;
    EXPECT_THAT(
        words_of([&] { const nccl_session child(parent, 0, 0, group); }, exit_status::unfinished),
        HasSubstr("ncclCommSplit did not end within 0.03 s"));
    EXPECT_TRUE(parent.aborted());
}

TEST(nccl_roots, one_for_128_ranks_each_at_the_first_of_its_own) {
    EXPECT_EQ(root_count(1, true), 1);
    EXPECT_EQ(root_count(128, true), 1);
    EXPECT_EQ(root_count(129, true), 2);
    EXPECT_EQ(root_count(100'000, true), 782);
    EXPECT_EQ(root_count(100'000, false), 1);
    // Ten ranks and three roots: 4, 3 and 3.
    EXPECT_EQ(first_rank_of(0, 10, 3), 0);
    EXPECT_EQ(first_rank_of(1, 10, 3), 4);
    EXPECT_EQ(first_rank_of(2, 10, 3), 7);
}

TEST(nccl_roots, every_rank_gets_the_ids_of_all_roots_in_order) {
    const int failed = railgauge::testing::run_ranks(5, [](world& group) {
        the_fake() = {};
        the_fake().ids_made = 100 * group.rank();
        const auto ids = exchange_ids(group, fake_calls(), 2);
        const auto number = [](const ncclUniqueId& id) {
            int made = 0;
            std::memcpy(&made, id.internal, sizeof made);
            return made;
        };
        // Made at ranks 0 and 3.
        return ids.size() == 2 && number(ids[0]) == 1 && number(ids[1]) == 301;
    });
    EXPECT_EQ(failed, 0);
}

}  // namespace
}  // namespace railgauge::nccl

#endif
