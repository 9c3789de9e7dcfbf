// Groups' communicators from the job's, against a fake NCCL.
#ifdef RAILGAUGE_HAS_NCCL
#include "harness/backends/nccl/nccl_splits.hpp"

#include <gmock/gmock.h>

#include <memory>

#include "harness/backends/nccl/nccl_abilities.hpp"
#include "tests/unit/backends/nccl_fixture.hpp"
#include "tests/unit/backends/shm_test_world.hpp"

namespace railgauge::nccl {
namespace {

using ::testing::ElementsAre;
using namespace testing;

class nccl_group_splits : public nccl_sessions {
protected:
    std::shared_ptr<nccl_session> job = std::make_shared<nccl_session>(group, calls, patient);
    nccl_splits splits;
    lone_world part{0, 2};
};

TEST_F(nccl_group_splits, a_group_takes_what_was_split_off_for_it_once) {
    splits.offer(job);
    the_fake().log.clear();
    splits.split(group, 3, 1, &part);
    EXPECT_THAT(the_fake().log, ElementsAre("CommSplit color 3 key 1"));
    EXPECT_EQ(splits.take(group), nullptr);
    const auto taken = splits.take(part);
    ASSERT_NE(taken, nullptr);
    EXPECT_EQ(taken->get(), fake_communicator(1));
    EXPECT_EQ(splits.take(part), nullptr);
}

TEST_F(nccl_group_splits, a_rank_in_no_group_takes_part_all_the_same) {
    splits.offer(job);
    the_fake().log.clear();
    splits.split(group, -1, 0, nullptr);
    EXPECT_THAT(the_fake().log, ElementsAre("CommSplit color -1 key 0"));
    EXPECT_EQ(splits.take(part), nullptr);
}

TEST_F(nccl_group_splits, without_a_communicator_of_the_job_groups_make_their_own) {
    the_fake().log.clear();
    splits.split(group, 3, 1, &part);
    splits.offer(nullptr);
    splits.split(group, 3, 1, &part);
    splits.offer(job);
    job.reset();  // it ended before
    the_fake().log.clear();
    splits.split(group, 3, 1, &part);
    EXPECT_THAT(the_fake().log, ElementsAre());
    EXPECT_EQ(splits.take(part), nullptr);
}

TEST(nccl_abilities, are_what_the_poorest_rank_has) {
    const int failed = railgauge::testing::run_ranks(3, [](world& group) {
        nccl_library library;
        library.calls = fake_calls();
        library.version = NCCL_VERSION(2, 28, 9) - group.rank();
        if (group.rank() == 1) library.calls.CommWindowDeregister = nullptr;
        const nccl_abilities has = agree_on_abilities(
            group, library, {group.rank() == 2 ? 80 : 90, group.rank() == 1 ? 108 : 132});
        return has.version == NCCL_VERSION(2, 28, 7) && has.compute_capability == 80 &&
               has.processors == 108 && has.splits && has.registers_buffers &&
               !has.registers_windows && has.to_all_calls && has.estimates;
    });
    EXPECT_EQ(failed, 0);
}

}  // namespace
}  // namespace railgauge::nccl

#endif
