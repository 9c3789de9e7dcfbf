// Memory that is registered with NCCL, against a fake NCCL.
#ifdef RAILGAUGE_HAS_NCCL
#include "harness/backends/nccl/nccl_registration.hpp"

#include <gmock/gmock.h>

#include <memory>
#include <vector>

#include "tests/unit/backends/nccl_fixture.hpp"

namespace railgauge::nccl {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using namespace testing;

class nccl_registrations : public nccl_sessions {
protected:
    void make_sessions() {
        sessions.push_back(std::make_shared<nccl_session>(group, calls, patient));
        sessions.push_back(std::make_shared<nccl_session>(*sessions[0], 0, 0, group));
        the_fake().log.clear();
    }
    std::vector<std::shared_ptr<nccl_session>> sessions;
};

TEST_F(nccl_registrations, a_buffer_is_registered_with_each_communicator_and_freed_last) {
    make_sessions();
    {
        const registered_block made = allocate_registered(sessions, registration_kind::buffer, 1);
        EXPECT_TRUE(made.taken);
        EXPECT_EQ(made.block.bytes, 4096U);
        made.block.give_back();
    }
    EXPECT_THAT(the_fake().log,
                ElementsAre("MemAlloc 4096", "CommRegister 4096", "CommRegister 4096",
                            "CommDeregister", "CommDeregister", "MemFree"));
}

TEST_F(nccl_registrations, a_window_is_symmetric_and_of_whole_pages) {
    make_sessions();
    {
        the_fake().polls_in_progress = 4;
        const registered_block made =
            allocate_registered(sessions, registration_kind::window, 4097);
        EXPECT_EQ(the_fake().polls_in_progress, 0);  // it is collective, and waited for
        EXPECT_TRUE(made.taken);
        made.block.give_back();
    }
    EXPECT_THAT(the_fake().log,
                ElementsAre("MemAlloc 8192", "CommWindowRegister 8192 flags 1",
                            "CommWindowRegister 8192 flags 1", "CommWindowDeregister",
                            "CommWindowDeregister", "MemFree"));
}

TEST_F(nccl_registrations, a_window_that_nccl_does_not_give_is_told) {
    make_sessions();
    the_fake().has_windows = false;
    const registered_block made = allocate_registered(sessions, registration_kind::window, 64);
    EXPECT_FALSE(made.taken);
    made.block.give_back();
    EXPECT_EQ(the_fake().count("CommWindowDeregister"), 0);
}

TEST_F(nccl_registrations, too_little_memory_is_told_with_the_size) {
    make_sessions();
    calls.MemAlloc = [](void**, std::size_t) { return ncclUnhandledCudaError; };
    const std::string words = words_of(
        [&] {
            static_cast<void>(allocate_registered(sessions, registration_kind::buffer, 10'000));
        },
        exit_status::cannot);
    EXPECT_THAT(words, HasSubstr("ncclMemAlloc"));
    EXPECT_THAT(words, HasSubstr("12288 bytes"));
}

TEST_F(nccl_registrations, what_fails_leaves_nothing_behind) {
    make_sessions();
    the_fake().failing = "CommRegister";
    the_fake().failure = ncclInvalidArgument;
    EXPECT_THROW(static_cast<void>(allocate_registered(sessions, registration_kind::buffer, 10)),
                 nccl_error);
    EXPECT_EQ(the_fake().count("MemFree"), 1);
}

TEST_F(nccl_registrations, nothing_is_asked_of_a_communicator_that_was_aborted) {
    make_sessions();
    const registered_block made = allocate_registered(sessions, registration_kind::buffer, 10);
    the_fake().state = ncclRemoteError;
    EXPECT_THROW(sessions[0]->wait("all_reduce", [] { return false; }), nccl_error);
    the_fake().log.clear();
    made.block.give_back();
    EXPECT_EQ(the_fake().count("CommDeregister"), 0);
}

}  // namespace
}  // namespace railgauge::nccl

#endif
