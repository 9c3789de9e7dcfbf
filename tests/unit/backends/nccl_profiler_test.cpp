// The plug-in that NCCL finds in this program, called as NCCL calls it.
#ifdef RAILGAUGE_HAS_NCCL
#include "harness/backends/nccl/nccl_profiler.hpp"

#include <dlfcn.h>
#include <gmock/gmock.h>

#include <cstddef>
#include <cstdlib>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "harness/backends/nccl/nccl_operation.hpp"
#include "tests/unit/backends/nccl_fixture.hpp"

namespace railgauge::nccl {
namespace {

using namespace testing;

// Where NCCL 2.28's own structure for version 5 has them, on 64-bit machines.
static_assert(offsetof(profiler_event, of_all) == 24);
static_assert(offsetof(profiler_event, of_two) == 24);
static_assert(offsetof(profiler_event::collective, channels) == 56);
static_assert(offsetof(profiler_event::collective, algorithm) == 64);
static_assert(offsetof(profiler_event::collective, protocol) == 72);
static_assert(offsetof(profiler_event::point_to_point, channels) == 36);
static_assert(sizeof(profiler_event) == 24 + 88);

/// NCCL's side: one mask for the process.
struct fake_core {
    int mask = -1;
    void* context = nullptr;

    fake_core() {
        EXPECT_EQ(ncclProfiler_v5.init(&context, 17, &mask, "a", 1, 2, 0, nullptr), ncclSuccess);
    }
    ~fake_core() { EXPECT_EQ(ncclProfiler_v5.finalize(context), ncclSuccess); }
    fake_core(const fake_core&) = delete;
    fake_core& operator=(const fake_core&) = delete;

    void tell(profiler_event event) const {
        void* handle = &event;
        EXPECT_EQ(ncclProfiler_v5.start_event(context, &handle, &event), ncclSuccess);
        EXPECT_EQ(ncclProfiler_v5.record_state(handle, 0, nullptr), ncclSuccess);
        EXPECT_EQ(ncclProfiler_v5.stop_event(handle), ncclSuccess);
    }
    void collective(const char* algorithm, const char* protocol, std::uint8_t channels) const {
        profiler_event event{};
        event.kind = collective_event;
        event.of_all.algorithm = algorithm;
        event.of_all.protocol = protocol;
        event.of_all.channels = channels;
        tell(event);
    }
    void message(std::uint8_t channels) const {
        profiler_event event{};
        event.kind = point_to_point_event;
        event.of_two.channels = channels;
        tell(event);
    }
};

TEST(nccl_profiler, the_mask_is_zero_but_while_somebody_looks) {
    const fake_core core;
    EXPECT_EQ(core.mask, 0);
    {
        const profiler_watch watch;
        EXPECT_EQ(core.mask, 6);  // collectives and messages
    }
    EXPECT_EQ(core.mask, 0);
}

TEST(nccl_profiler, a_communicator_that_begins_meanwhile_changes_nothing) {
    fake_core core;
    profiler_watch watch;
    const fake_core another;
    EXPECT_EQ(another.mask, 6);
    static_cast<void>(watch.end());
    EXPECT_EQ(another.mask, 0);
}

TEST(nccl_profiler, tells_what_a_collective_was) {
    const fake_core core;
    core.collective("Tree", "LL", 9);  // before anybody looked
    profiler_watch watch;
    profiler_event above{};
    above.kind = 1;  // a group, whose contents are others
    core.tell(above);
    core.collective("NVLSTree", "LL128", 16);
    core.collective("Ring", "Simple", 24);
    const seen_work seen = watch.end();
    core.collective("PAT", "LL", 99);
    EXPECT_EQ(seen.algorithm, "nvlstree");
    EXPECT_EQ(seen.protocol, "LL128");
    EXPECT_EQ(seen.channels, 24);
    EXPECT_EQ(watch.end().channels, 24);
}

TEST(nccl_profiler, messages_have_channels_alone) {
    const fake_core core;
    profiler_watch watch;
    core.message(2);
    core.message(4);
    const seen_work seen = watch.end();
    EXPECT_EQ(seen.algorithm, "");
    EXPECT_EQ(seen.protocol, "");
    EXPECT_EQ(seen.channels, 4);
}

TEST(nccl_profiler, names_may_be_missing) {
    const fake_core core;
    profiler_watch watch;
    core.collective(nullptr, nullptr, 3);
    EXPECT_EQ(watch.end().algorithm, "");
}

TEST(nccl_profiler, nccl_finds_it_in_the_program_itself) {
    void* const self = ::dlopen(nullptr, RTLD_NOW | RTLD_LOCAL);
    ASSERT_NE(self, nullptr);
    EXPECT_EQ(::dlsym(self, "ncclProfiler_v5"), static_cast<void*>(&ncclProfiler_v5));
    ::dlclose(self);
}

TEST(nccl_profiler, a_plug_in_that_the_user_named_is_kept) {
    ::setenv("NCCL_PROFILER_PLUGIN", "mine", 1);
    use_own_profiler();
    EXPECT_STREQ(std::getenv("NCCL_PROFILER_PLUGIN"), "mine");
    ::unsetenv("NCCL_PROFILER_PLUGIN");
    use_own_profiler();
    EXPECT_STREQ(std::getenv("NCCL_PROFILER_PLUGIN"), "STATIC_PLUGIN");
}

class nccl_seen_work : public nccl_sessions {};

TEST_F(nccl_seen_work, an_operation_says_what_its_first_execution_was) {
    const fake_core core;
    the_fake().at_a_call = [&] {
        if (core.mask != 0) core.collective("Ring", "LL", 8);
    };
    auto queue = std::make_shared<fake_queue>();
    std::vector<nccl_lane> lanes{{std::make_shared<nccl_session>(group, calls, patient),
                                  {plan_of(operation_kind::all_reduce)}}};
    nccl_operation tested(std::move(lanes), {queue}, operation_kind::all_reduce);
    EXPECT_EQ(tested.algorithm(), "library");
    tested.make_ready(false);
    EXPECT_EQ(tested.algorithm(), "ring");
    EXPECT_EQ(tested.protocol(), "LL");
    EXPECT_EQ(tested.channels(), 8);
    EXPECT_EQ(core.mask, 0);
}

}  // namespace
}  // namespace railgauge::nccl

#endif
