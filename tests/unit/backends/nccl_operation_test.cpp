// Operations of the nccl backend: what is queued, and in which order, against a fake NCCL.
#ifdef RAILGAUGE_HAS_NCCL
#include "harness/backends/nccl/nccl_operation.hpp"

#include <gmock/gmock.h>

#include <memory>
#include <utility>
#include <vector>

#include "tests/unit/backends/nccl_fixture.hpp"

namespace railgauge::nccl {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using namespace testing;

class nccl_operations : public nccl_sessions {
protected:
    /// As a communicator makes it, but not made ready.
    nccl_operation make(operation_kind kind, const nccl_limits& limits = patient, int streams = 1) {
        auto first = std::make_shared<nccl_session>(group, calls, limits);
        std::vector<nccl_lane> lanes{{first, {plan_of(kind)}}};
        for (int stream = 1; stream < streams; ++stream) {
            lanes.push_back({std::make_shared<nccl_session>(*first, 0, 0, group), {plan_of(kind)}});
        }
        the_fake().log.clear();
        return {std::move(lanes), {queue}, kind};
    }
    std::shared_ptr<fake_queue> queue = std::make_shared<fake_queue>();
};

TEST_F(nccl_operations, execute_launches_and_waits) {
    nccl_operation tested = make(operation_kind::all_reduce);
    queue->questions_until_idle = 1000;
    tested.execute();
    EXPECT_THAT(the_fake().log, ElementsAre("AllReduce 4 peer 0"));
    EXPECT_EQ(tested.algorithm(), "library");
}

TEST_F(nccl_operations, execute_gives_up_at_the_deadline) {
    nccl_operation tested = make(operation_kind::all_reduce, {.work = moment});
    queue->questions_until_idle = -1;
    EXPECT_THAT(words_of([&] { tested.execute(); }, exit_status::unfinished),
                HasSubstr("all_reduce did not end"));
}

TEST_F(nccl_operations, executions_of_a_sample_are_behind_the_hold_and_before_the_mark) {
    nccl_operation tested = make(operation_kind::all_reduce);
    tested.make_ready(false);
    EXPECT_THAT(the_fake().log, ElementsAre("AllReduce 4 peer 0"));
    the_fake().log.clear();
    ASSERT_NE(tested.held(), nullptr);
    tested.held()->arm(2);
    tested.held()->release();
    EXPECT_EQ(tested.held()->finish_ns(), 1234);
    EXPECT_THAT(the_fake().log, ElementsAre("hold", "AllReduce 4 peer 0", "AllReduce 4 peer 0",
                                            "mark_end", "release"));
}

TEST_F(nccl_operations, no_more_is_queued_behind_the_hold_than_a_stream_takes) {
    nccl_operation tested = make(operation_kind::ping_pong);
    tested.execute();
    the_fake().log.clear();
    tested.held()->arm(200);
    EXPECT_EQ(the_fake().count("Send"), static_cast<int>(launches_behind_hold) / 2);
    EXPECT_EQ(the_fake().count("mark_end"), 0);
    tested.held()->release();
    EXPECT_EQ(tested.held()->finish_ns(), 1234);
    EXPECT_EQ(the_fake().count("Send"), 200);
    EXPECT_EQ(the_fake().log.back(), "mark_end");
}

TEST_F(nccl_operations, a_graph_is_captured_after_an_execution_and_launched_from_then_on) {
    nccl_operation tested = make(operation_kind::ping_pong);
    tested.make_ready(true);
    EXPECT_THAT(the_fake().log, ElementsAre("Send 4 peer 1", "Recv 4 peer 1", "capture",
                                            "Send 4 peer 1", "Recv 4 peer 1", "captured"));
    the_fake().log.clear();
    tested.execute();
    tested.held()->arm(2);
    tested.held()->release();
    EXPECT_EQ(tested.held()->finish_ns(), 1234);
    EXPECT_THAT(the_fake().log,
                ElementsAre("graph", "hold", "graph", "graph", "mark_end", "release"));
    the_fake().log.clear();
    tested.held()->arm(launches_behind_hold + 1);  // a graph is one launch, whatever is in it
    EXPECT_EQ(the_fake().count("graph"), static_cast<int>(launches_behind_hold));
}

TEST_F(nccl_operations, what_cannot_be_captured_is_refused_with_cudas_words) {
    nccl_operation tested = make(operation_kind::all_reduce);
    queue->capture_fails = true;
    EXPECT_THAT(words_of([&] { tested.make_ready(true); }, exit_status::cannot),
                HasSubstr("all_reduce cannot be captured as a CUDA graph: cudaStreamEndCapture"));
}

TEST_F(nccl_operations, streams_begin_and_end_with_the_first) {
    nccl_operation tested = make(operation_kind::all_reduce, patient, 3);
    tested.execute();
    const char* const first = "AllReduce 4 peer 0";
    const char* const second = "AllReduce 4 peer 0 split stream 1";
    const char* const third = "AllReduce 4 peer 0 split stream 2";
    EXPECT_THAT(the_fake().log, ElementsAre("fork 3", first, second, third, "join 3"));
    the_fake().log.clear();
    tested.held()->arm(2);
    EXPECT_THAT(the_fake().log, ElementsAre("hold", "fork 3", first, second, third, first, second,
                                            third, "join 3", "mark_end"));
    tested.held()->release();
    the_fake().log.clear();
    tested.held()->arm(launches_behind_hold + 1);
    EXPECT_EQ(the_fake().count("join"), 0);  // not before the last of them
    tested.held()->release();
    EXPECT_EQ(tested.held()->finish_ns(), 1234);
    EXPECT_EQ(the_fake().count("join"), 1);
    EXPECT_EQ(the_fake().log.back(), "mark_end");
}

TEST_F(nccl_operations, a_sum_with_a_factor_is_made_for_its_communicator_and_type) {
    auto session = std::make_shared<nccl_session>(group, calls, patient);
    the_fake().log.clear();
    {
        const premultiplied_sum half(session, dtype::float16);
        EXPECT_EQ(half.get(), ncclNumOps);
        EXPECT_EQ(the_fake().scalar, (std::vector<unsigned char>{0x00, 0x40}));  // 2 in IEEE
        const premultiplied_sum whole(session, dtype::int32);
        EXPECT_EQ(the_fake().scalar, (std::vector<unsigned char>{2, 0, 0, 0}));
    }
    EXPECT_THAT(the_fake().log, ElementsAre("RedOpCreatePreMulSum", "RedOpCreatePreMulSum",
                                            "RedOpDestroy", "RedOpDestroy"));
}

TEST_F(nccl_operations, a_graph_of_streams_has_their_fork_and_join_in_it) {
    nccl_operation tested = make(operation_kind::all_reduce, patient, 2);
    tested.make_ready(true);
    EXPECT_THAT(the_fake().log,
                ElementsAre("fork 2", "AllReduce 4 peer 0", "AllReduce 4 peer 0 split stream 1",
                            "join 2", "capture", "fork 2", "AllReduce 4 peer 0",
                            "AllReduce 4 peer 0 split stream 1", "join 2", "captured"));
    the_fake().log.clear();
    tested.execute();
    EXPECT_THAT(the_fake().log, ElementsAre("graph"));
}

}  // namespace
}  // namespace railgauge::nccl

#endif
