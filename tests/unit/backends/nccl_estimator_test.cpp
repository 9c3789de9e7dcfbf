// NCCL's estimates, against a fake NCCL.
#ifdef RAILGAUGE_HAS_NCCL
#include "harness/backends/nccl/nccl_estimator.hpp"

#include <gmock/gmock.h>

#include <memory>

#include "tests/unit/backends/nccl_fixture.hpp"

namespace railgauge::nccl {
namespace {

using ::testing::ElementsAre;
using namespace testing;

class nccl_estimates : public nccl_sessions {
protected:
    std::shared_ptr<nccl_session> parent = std::make_shared<nccl_session>(group, calls, patient);
};

TEST_F(nccl_estimates, come_from_a_blocking_communicator_of_their_own) {
    the_fake().log.clear();
    the_fake().estimate_us = 42.5F;
    {
        nccl_estimator tested(parent, 1, group);
        EXPECT_EQ(the_fake().blocking, 1);
        EXPECT_EQ(tested.estimate_us(plan_of(operation_kind::all_reduce), nullptr), 42.5);
    }
    EXPECT_THAT(the_fake().log,
                ElementsAre("CommSplit color 0 key 1", "GroupStart", "AllReduce 4 peer 0 split",
                            "GroupSimulateEnd", "CommDestroy"));
}

TEST_F(nccl_estimates, there_are_none_for_messages) {
    nccl_estimator tested(parent, 0, group);
    the_fake().log.clear();
    the_fake().estimate_us = 42.5F;
    EXPECT_FALSE(tested.estimate_us(plan_of(operation_kind::send), nullptr));
    EXPECT_FALSE(tested.estimate_us(plan_of(operation_kind::ping_pong), nullptr));
    EXPECT_FALSE(tested.estimate_us(nccl_plan{}, nullptr));
    EXPECT_THAT(the_fake().log, ElementsAre());
}

TEST_F(nccl_estimates, there_is_none_where_nccl_says_none) {
    nccl_estimator tested(parent, 0, group);
    EXPECT_FALSE(tested.estimate_us(plan_of(operation_kind::all_reduce), nullptr));
    the_fake().estimate_us = 3;
    EXPECT_TRUE(tested.estimate_us(plan_of(operation_kind::all_reduce), nullptr));
}

TEST_F(nccl_estimates, a_failure_ends_the_estimates_and_nothing_else) {
    {
        nccl_estimator tested(parent, 0, group);
        the_fake().estimate_us = 3;
        the_fake().failing = "AllReduce";
        the_fake().failure = ncclInvalidUsage;
        the_fake().log.clear();
        EXPECT_FALSE(tested.estimate_us(plan_of(operation_kind::all_reduce), nullptr));
        // The group is ended, or else all that follows would be part of it.
        EXPECT_EQ(the_fake().count("GroupSimulateEnd"), 1);
        the_fake().failing.clear();
        EXPECT_FALSE(tested.estimate_us(plan_of(operation_kind::all_reduce), nullptr));
    }
    EXPECT_EQ(the_fake().count("CommAbort"), 1);
    EXPECT_FALSE(parent->aborted());
}

}  // namespace
}  // namespace railgauge::nccl

#endif
