// The executor's side of UCP's contract: who owns a request's memory, and when.
#ifdef RAILGAUGE_HAS_UCX

#include "harness/backends/ucx/executor.hpp"

#include <gtest/gtest.h>

#include <set>
#include <vector>

#include "harness/backends/ucx/program_writer.hpp"
#include "harness/backends/ucx/waiting.hpp"
#include "harness/base/error.hpp"

namespace railgauge::ucx {
namespace {

struct kept_request {
    void* request;
    const ucp_request_param_t* parameters;
    void* user_data;
};

/// What stands for UCX: sends are kept until progress; receives are called back either at once,
/// from within the call, as UCX does where all parts of a long message have come, or later.
struct pretended_ucx {
    std::vector<kept_request> sends;
    std::vector<kept_request> receives;
    std::set<void*> in_use;
    bool every_second_at_once = false;
    bool reused = false;
    int calls = 0;
    std::uint32_t flags = 0;
};
pretended_ucx now;
constexpr ucp_tag_recv_info_t nothing{};

void take(const ucp_request_param_t* parameters) {
    now.reused = now.reused || !now.in_use.insert(parameters->request).second;
    now.flags |= parameters->op_attr_mask;
    ++now.calls;
}

ucs_status_ptr_t send(ucp_ep_h, const void*, std::size_t, ucp_tag_t,
                      const ucp_request_param_t* parameters) {
    take(parameters);
    now.sends.push_back({parameters->request, parameters, parameters->user_data});
    return parameters->request;
}

ucs_status_ptr_t receive(ucp_worker_h, void*, std::size_t, ucp_tag_t, ucp_tag_t,
                         const ucp_request_param_t* parameters) {
    take(parameters);
    void* const request = parameters->request;
    if (now.every_second_at_once && now.calls % 2 == 0) {
        now.in_use.erase(request);
        parameters->cb.recv(request, UCS_OK, &nothing, parameters->user_data);
    } else {
        now.receives.push_back({request, parameters, parameters->user_data});
    }
    return request;
}

unsigned progress(ucp_worker_h) {
    const auto sends = std::exchange(now.sends, {});
    const auto receives = std::exchange(now.receives, {});
    for (const kept_request& each : sends) {
        now.in_use.erase(each.request);
        each.parameters->cb.send(each.request, UCS_OK, each.user_data);
    }
    for (const kept_request& each : receives) {
        now.in_use.erase(each.request);
        each.parameters->cb.recv(each.request, UCS_OK, &nothing, each.user_data);
    }
    return static_cast<unsigned>(sends.size() + receives.size());
}

program exchange_of(std::vector<std::byte>& buffer, std::size_t messages) {
    program_writer writer(dtype::uint8, redop::sum, {}, 64);
    const std::size_t bytes = buffer.size() / (2 * messages);
    for (std::size_t i = 0; i < messages; ++i) {
        writer.receive(i, buffer.data() + 2 * i * bytes, bytes);
        writer.send(nullptr, i, buffer.data() + (2 * i + 1) * bytes, bytes);
    }
    return writer.finish();
}

void execute(executor& what) {
    what.begin();
    for (int turn = 0; !what.advance(); ++turn) {
        ASSERT_LT(turn, 1000);
        progress(nullptr);
    }
}

ucp_calls pretended_calls() {
    ucp_calls calls;
    calls.tag_send_nbx = send;
    calls.tag_recv_nbx = receive;
    calls.worker_progress = progress;
    return calls;
}

TEST(ucx_executor, gives_no_request_away_twice_where_a_receive_ends_within_its_call) {
    now = {};
    now.every_second_at_once = true;
    std::vector<std::byte> buffer(4096);
    const ucp_calls calls = pretended_calls();
    executor what(exchange_of(buffer, 16), calls, nullptr, 256);
    for (int i = 0; i < 3; ++i) {
        execute(what);
    }
    EXPECT_FALSE(now.reused);
    EXPECT_EQ(now.calls, 3 * 32);
    EXPECT_TRUE(now.in_use.empty());
}

TEST(ucx_executor, sends_before_it_posts_receives) {
    now = {};
    std::vector<std::byte> buffer(4096);
    const program made = exchange_of(buffer, 4);
    ASSERT_EQ(made.first.size(), 8u);
    for (std::size_t i = 0; i < made.first.size(); ++i) {
        EXPECT_EQ(made.steps[made.first[i]].code, i < 4 ? opcode::send : opcode::receive);
    }
}

TEST(ucx_executor, asks_for_fast_completion_where_messages_are_to_go_eagerly) {
    for (const bool eager : {false, true}) {
        now = {};
        std::vector<std::byte> buffer(4096);
        program made = exchange_of(buffer, 2);
        made.eager = eager;
        const ucp_calls calls = pretended_calls();
        executor what(std::move(made), calls, nullptr, 256);
        execute(what);
        EXPECT_EQ((now.flags & UCP_OP_ATTR_FLAG_FAST_CMPL) != 0, eager);
    }
}

TEST(ucx_executor, refuses_to_begin_before_the_end_of_the_execution_before) {
    now = {};
    std::vector<std::byte> buffer(64);
    const ucp_calls calls = pretended_calls();
    executor what(exchange_of(buffer, 1), calls, nullptr, 256);
    what.begin();
    ASSERT_FALSE(what.advance());
    EXPECT_THROW(what.begin(), error);
    progress(nullptr);
    EXPECT_TRUE(what.advance());
    execute(what);
}

// An execution would end without them.
TEST(ucx_program, refuses_steps_that_wait_for_each_other) {
    std::vector<std::byte> buffer(64);
    program_writer writer(dtype::uint8, redop::sum, {}, 64);
    const auto one = writer.send(nullptr, 1, buffer.data(), 8);
    const auto other = writer.send(nullptr, 2, buffer.data(), 8);
    writer.after(one, other);
    writer.after(other, one);
    EXPECT_THROW(static_cast<void>(writer.finish()), error);
}

TEST(waiting, sleeps_soon_where_ranks_outnumber_cores) {
    waiting how(true);
    EXPECT_EQ(how.next(1), waiting::step::yield);
    EXPECT_EQ(how.next(100), waiting::step::sleep);
}

TEST(waiting, polls_and_yields_but_never_sleeps_on_a_core_of_its_own) {
    waiting how(false);
    EXPECT_EQ(how.next(1), waiting::step::poll);
    waiting::step last = waiting::step::poll;
    for (std::uint32_t count = 2; last == waiting::step::poll; ++count) {
        last = how.next(count);
    }
    EXPECT_EQ(last, waiting::step::yield);
    for (int i = 0; i < 1000; ++i) {
        how.yielded(300 + i % 7);
    }
    EXPECT_EQ(how.next(1'000'000), waiting::step::yield);
}

TEST(waiting, finds_out_that_its_core_is_shared_and_that_it_no_longer_is) {
    waiting how(false);
    how.yielded(300);
    for (int i = 0; i < 100; ++i) {
        how.yielded(5'000);
    }
    EXPECT_EQ(how.next(100), waiting::step::sleep);
    for (int i = 0; i < 100; ++i) {
        how.yielded(300);
    }
    EXPECT_NE(how.next(100), waiting::step::sleep);
}

}  // namespace
}  // namespace railgauge::ucx

#endif
