// Several GPUs a process: their ranks of one communicator, made, called, watched and ended
// together, against a fake NCCL.
#ifdef RAILGAUGE_HAS_NCCL
#include <gmock/gmock.h>

#include <cstring>
#include <memory>
#include <utility>
#include <vector>

#include "harness/backends/device_choice.hpp"
#include "harness/backends/nccl/nccl_operation.hpp"
#include "harness/backends/nccl/nccl_roots.hpp"
#include "harness/backends/nccl/nccl_seats.hpp"
#include "harness/backends/nccl/nccl_types.hpp"
#include "tests/unit/backends/nccl_fixture.hpp"
#include "tests/unit/backends/shm_test_world.hpp"

namespace railgauge::nccl {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using namespace testing;

class nccl_gpus : public nccl_sessions {
protected:
    nccl_gpus() { the_fake().several = true; }

    [[nodiscard]] std::shared_ptr<nccl_session> make(const nccl_limits& limits = patient) {
        auto made = std::make_shared<nccl_session>(middle, calls, limits, nullptr, both);
        the_fake().log.clear();
        return made;
    }
    /// Of the ranks 2 and 3 of 6.
    [[nodiscard]] static std::vector<nccl_plan> plans_of(operation_kind kind) {
        const operation_spec spec{.kind = kind, .count = 4, .algorithm = {}};
        return {make_plan(spec, 2, 6, {}), make_plan(spec, 3, 6, {})};
    }

    lone_world middle{1, 3};
    process_gpus both{.count = fake_gpus,
                      .enter = [](int gpu) { the_fake().note("enter", std::to_string(gpu)); }};
    const std::vector<cudaStream_t> streams{fake_stream(0), fake_stream(0)};
};

TEST_F(nccl_gpus, are_the_ranks_behind_each_other_made_in_one_group) {
    the_fake().polls_in_progress = 5;
    {
        const nccl_session session(middle, calls, patient, nullptr, both);
        EXPECT_EQ(the_fake().blocking, 0);
        EXPECT_EQ(session.gpus(), 2);
        EXPECT_EQ(session.get(1), fake_communicator(1));
        EXPECT_GE(middle.heartbeats, 2);
    }
    EXPECT_THAT(the_fake().log,
                ElementsAre("GroupStart", "enter 0", "CommInitRankConfig rank 2 of 6", "enter 1",
                            "CommInitRankConfig rank 3 of 6", "GroupEnd", "enter 0",
                            "CommFinalize 0", "CommFinalize 1", "CommDestroy 0", "CommDestroy 1"));
}

TEST_F(nccl_gpus, are_all_aborted_where_one_is_not_ready_in_time) {
    the_fake().polls_in_progress = -1;
    EXPECT_THAT(words_of(
                    [&] {
                        const nccl_session session(middle, calls, nccl_limits{.init = moment},
                                                   nullptr, both);
                    },
                    exit_status::unfinished),
                HasSubstr("ncclCommInitRank did not end within 0.03 s"));
    EXPECT_EQ(the_fake().count("CommAbort 0"), 1);
    EXPECT_EQ(the_fake().count("CommAbort 1"), 1);
}

TEST_F(nccl_gpus, a_beginning_that_fails_ends_the_group_and_names_the_gpu) {
    the_fake().failing = "CommInitRankConfig";
    the_fake().failure = ncclInvalidUsage;
    EXPECT_THAT(words_of([&] { static_cast<void>(make()); }, exit_status::cannot),
                HasSubstr("ncclCommInitRank (GPU 0 of this process): unhandled"));
    EXPECT_EQ(the_fake().count("GroupEnd"), 1);
    EXPECT_EQ(the_fake().count("CommAbort"), 1);  // there was no other one yet
}

TEST_F(nccl_gpus, an_operation_is_one_group_over_them_all) {
    const auto session = make();
    session->launch(plans_of(operation_kind::all_reduce), streams);
    EXPECT_THAT(the_fake().log, ElementsAre("GroupStart", "AllReduce 4 peer 0 on 0",
                                            "AllReduce 4 peer 0 on 1", "GroupEnd"));
    the_fake().log.clear();
    // The question of rank 2 goes to rank 3 of the same process, so both are of the same group.
    session->launch(plans_of(operation_kind::ping_pong), streams);
    EXPECT_THAT(the_fake().log,
                ElementsAre("GroupStart", "Send 4 peer 3 on 0", "Recv 4 peer 2 on 1", "GroupEnd",
                            "GroupStart", "Recv 4 peer 3 on 0", "Send 4 peer 2 on 1", "GroupEnd"));
}

TEST_F(nccl_gpus, one_without_a_partner_has_nothing_to_do) {
    const auto session = make();
    const operation_spec spec{.kind = operation_kind::send, .count = 4, .algorithm = {}};
    const std::vector<nccl_plan> odd{make_plan(spec, 1, 3, {}), make_plan(spec, 2, 3, {})};
    session->launch(odd, streams);
    EXPECT_THAT(the_fake().log, ElementsAre("Recv 4 peer 0 on 0"));
}

TEST_F(nccl_gpus, what_fails_on_one_of_them_names_it_and_aborts_them_all) {
    const auto session = make();
    the_fake().failing_state_of = fake_communicator(1);
    the_fake().state = ncclRemoteError;
    EXPECT_THAT(words_of([&] { session->wait("all_reduce", [] { return false; }); },
                         exit_status::unfinished),
                HasSubstr("all_reduce (GPU 1 of this process): remote process exited"));
    EXPECT_TRUE(session->aborted());
    EXPECT_THAT(the_fake().log, ElementsAre("CommAbort 0", "CommAbort 1"));
    EXPECT_EQ(session->get(1), nullptr);
}

TEST_F(nccl_gpus, work_that_hangs_is_aborted_on_all_of_them) {
    const auto session = make({.work = moment});
    EXPECT_THAT(words_of([&] { session->wait("all_reduce", [] { return false; }); },
                         exit_status::unfinished),
                HasSubstr("did not end within 0.03 s"));
    EXPECT_EQ(the_fake().count("CommAbort"), 2);
}

TEST_F(nccl_gpus, a_split_is_one_of_them_all_in_the_order_of_processes) {
    const auto parent = make();
    const nccl_session child(*parent, 3, 5, middle);
    EXPECT_THAT(the_fake().log,
                ElementsAre("GroupStart", "enter 0", "CommSplit color 3 key 10", "enter 1",
                            "CommSplit color 3 key 11", "GroupEnd", "enter 0"));
    EXPECT_EQ(child.get(0), fake_communicator(8));
    EXPECT_EQ(child.get(1), fake_communicator(9));
    EXPECT_EQ(child.gpus(), 2);
}

TEST_F(nccl_gpus, a_sample_holds_all_of_them_and_is_the_slowest_ones) {
    auto first = std::make_shared<fake_queue>();
    auto second = std::make_shared<fake_queue>();
    second->ns = 5678;
    std::vector<nccl_lane> lanes{{make(), plans_of(operation_kind::all_reduce)}};
    nccl_operation tested(std::move(lanes), {first, second}, operation_kind::all_reduce);
    tested.make_ready(false);
    the_fake().log.clear();
    tested.arm(1);
    tested.release();
    EXPECT_EQ(tested.finish_ns(), 5678);
    EXPECT_THAT(the_fake().log, ElementsAre("hold", "hold", "GroupStart", "AllReduce 4 peer 0 on 0",
                                            "AllReduce 4 peer 0 on 1", "GroupEnd", "mark_end",
                                            "mark_end", "release", "release"));
}

TEST_F(nccl_gpus, an_execution_ends_when_the_last_of_them_does) {
    auto first = std::make_shared<fake_queue>();
    auto second = std::make_shared<fake_queue>();
    second->questions_until_idle = -1;
    std::vector<nccl_lane> lanes{{make({.work = moment}), plans_of(operation_kind::all_reduce)}};
    nccl_operation tested(std::move(lanes), {first, second}, operation_kind::all_reduce);
    EXPECT_THAT(words_of([&] { tested.execute(); }, exit_status::unfinished),
                HasSubstr("all_reduce did not end"));
    EXPECT_EQ(the_fake().count("CommAbort"), 2);
}

TEST_F(nccl_gpus, a_sum_with_a_factor_is_made_for_the_rank_of_its_gpu) {
    const auto session = make();
    const premultiplied_sum second(session, dtype::float32, 1);
    EXPECT_THAT(the_fake().log, ElementsAre("RedOpCreatePreMulSum 1"));
}

TEST(nccl_gpus_roots, an_id_is_made_by_the_process_that_has_its_first_rank) {
    const int failed = railgauge::testing::run_ranks(3, [](world& group) {
        the_fake() = {};
        the_fake().ids_made = 100 * group.rank();
        // 192 ranks and two roots: the second begins at rank 96, GPU 32 of process 1.
        const auto ids = exchange_ids(group, fake_calls(), 2, 64);
        int numbers[2] = {};
        for (std::size_t i = 0; i < 2; ++i) {
            std::memcpy(&numbers[i], ids[i].internal, sizeof numbers[i]);
        }
        return numbers[0] == 1 && numbers[1] == 101;
    });
    EXPECT_EQ(failed, 0);
}

std::string refusal_of(int local_rank, int visible, int gpus) {
    try {
        static_cast<void>(choose_gpus(local_rank, visible, false, gpus));
    } catch (const capability_error& failure) {
        return failure.what();
    }
    return {};
}

TEST(choose_gpus, a_rank_has_those_behind_the_ranks_before_it) {
    EXPECT_THAT(choose_gpus(1, 8, false, 4), ElementsAre(4, 5, 6, 7));
    EXPECT_THAT(choose_gpus(2, 8, false, 1), ElementsAre(2));
    // The launcher shows each rank its own four.
    EXPECT_THAT(choose_gpus(1, 4, false, 4), ElementsAre(0, 1, 2, 3));
    EXPECT_THAT(choose_gpus(1, 3, true, 2), ElementsAre(2, 0));
    EXPECT_EQ(refusal_of(1, 6, 4),
              "local rank 1 drives GPUs 4 to 7, and its host shows 6; start at most 1 ranks on a "
              "host");
    EXPECT_EQ(refusal_of(0, 2, 4),
              "local rank 0 drives GPUs 0 to 3, and its host shows 2; name 2 at most with "
              "--gpus-per-rank");
    EXPECT_THAT(refusal_of(0, 0, 2), HasSubstr("sees no GPU"));
    EXPECT_EQ(ranks_on(8, 4), 2);
    EXPECT_EQ(ranks_on(2, 4), 1);  // which is told that it has too few
    EXPECT_EQ(ranks_on(0, 4), 0);
}

TEST(nccl_seats, two_gpus_of_a_process_that_are_one_are_named) {
    const auto seat = [](const char* host, const char* bus) {
        gpu_seat made;
        std::strcpy(made.host, host);
        std::strcpy(made.bus, bus);
        return made;
    };
    const std::vector<gpu_seat> twins{seat("a", "01"), seat("a", "02"), seat("a", "03"),
                                      seat("a", "03")};
    EXPECT_THAT(why_shared(twins, 2), HasSubstr("ranks 2 and 3, both of process 1, share GPU 03"));
    EXPECT_THAT(why_shared(twins, 2), HasSubstr("--gpus-per-rank"));
    EXPECT_THAT(why_shared(twins), HasSubstr("RAILGAUGE_SHARE_GPU"));
}

TEST(nccl_supports, what_is_made_for_one_gpu_a_rank_is_skipped_with_several) {
    nccl_abilities has{.version = NCCL_VERSION(2, 28, 9), .compute_capability = 90};
    has.registers_buffers = true;
    operation_spec spec{.kind = operation_kind::all_reduce,
                        .count = 4,
                        .algorithm = {},
                        .where = memory_kind::cuda};
    spec.manner.gpus_per_rank = 2;
    EXPECT_THAT(nccl_supports(spec, 4, has).reason, HasSubstr("1 GPUs a rank"));
    has.gpus_per_rank = 2;
    spec.manner.streams = 2;
    EXPECT_TRUE(nccl_supports(spec, 4, has).supported);
    spec.manner.graph = true;
    EXPECT_THAT(nccl_supports(spec, 4, has).reason, HasSubstr("CUDA graphs with several GPUs"));
    EXPECT_EQ(why_never_so(spec.manner), nccl_supports(spec, 4, has).reason) << "plans say it, too";
    spec.manner.graph = false;
    spec.manner.registration = registration_kind::buffer;
    EXPECT_THAT(nccl_supports(spec, 4, has).reason, HasSubstr("registered memory"));
    spec.manner.registration = registration_kind::none;
    spec.manner.load_processors = 8;
    EXPECT_TRUE(nccl_supports(spec, 4, has).supported);
    EXPECT_EQ(why_never_so(spec.manner), "");
}

}  // namespace
}  // namespace railgauge::nccl

#endif
