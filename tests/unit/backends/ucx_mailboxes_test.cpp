// Messages that ranks put into each other's memory instead of sending them.
#include "harness/backends/ucx/mailboxes.hpp"

#include <gtest/gtest.h>

#ifdef RAILGAUGE_HAS_UCX

#include <sched.h>

#include <array>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <random>
#include <span>
#include <string>
#include <vector>

#include "harness/backends/ucx/build_program.hpp"
#include "harness/backends/ucx/executor.hpp"
#include "harness/backends/ucx/program_writer.hpp"
#include "harness/backends/ucx/session.hpp"
#include "harness/backends/ucx/ucx_communicator.hpp"
#include "harness/base/error.hpp"
#include "tests/unit/backends/checked_operation.hpp"
#include "tests/unit/backends/shm_test_world.hpp"

namespace railgauge {
namespace {

using testing::check_algorithms;
using testing::check_one;
using testing::walk_state;
using ucx::mailbox_layout;

bool uses_mail(communicator& group) {
    const auto buffer = group.allocate(400);
    const auto result = group.allocate(400);
    return group
               .prepare({.kind = operation_kind::all_reduce, .count = 100, .algorithm = {}},
                        *buffer, *result)
               ->protocol() == "put";
}

/// `expected`: that messages are put at all, not sent for lack of mailboxes.
template <typename Visit>
bool with_mail(world& group, Visit&& visit, bool expected = true) {
    const auto made = ucx::make_ucx_communicator(group, ucx::messages::put);
    walk_state state{*made, group.rank(), group.size(),
                     std::minstd_rand(static_cast<unsigned>(group.rank()) + 1)};
    state.wrong += uses_mail(*made) == expected ? 0 : 1;
    visit(state);
    group.barrier();
    return state.wrong == 0 && state.checked > 0;
}

class ucx_mail : public ::testing::TestWithParam<int> {};
INSTANTIATE_TEST_SUITE_P(, ucx_mail, ::testing::Values(2, 3, 5));

TEST_P(ucx_mail, every_algorithm_delivers_every_size) {
    const int failed = testing::run_ranks(GetParam(), [](world& group) {
        return with_mail(group, [](walk_state& state) {
            for (const operation_kind kind : all_operation_kinds) {
                if (ucx::is_mailable(kind)) check_algorithms(state, kind, 6);
            }
        });
    });
    EXPECT_EQ(failed, 0);
}

// The root of a broadcast is done when its messages are away: it waits before it overwrites some
// that have not been read.
TEST_P(ucx_mail, one_way_traffic_does_not_overrun_the_receiver) {
    const int failed = testing::run_ranks(GetParam(), [](world& group) {
        return with_mail(group, [](walk_state& state) {
            for (const operation_kind kind : {operation_kind::broadcast, operation_kind::reduce,
                                              operation_kind::gather, operation_kind::scatter}) {
                for (const std::uint64_t count : {2, 2000}) {
                    check_one(state, {.kind = kind, .count = count, .algorithm = {}}, 300);
                }
            }
        });
    });
    EXPECT_EQ(failed, 0);
}

TEST(ucx_mailboxes, are_used_where_ranks_share_memory_and_not_where_they_do_not) {
    for (const bool shared : {true, false}) {
        const int failed = testing::run_ranks(2, [shared](world& group) {
            ::setenv("UCX_TLS", shared ? "posix,self" : "tcp", 1);
            return with_mail(
                group,
                [](walk_state& state) {
                    check_one(state,
                              {.kind = operation_kind::all_reduce, .count = 100, .algorithm = {}},
                              4);
                },
                shared);
        });
        EXPECT_EQ(failed, 0) << shared;
    }
}

// A rank that may sleep is not woken by what a peer stores.
TEST(ucx_mailboxes, are_not_tried_where_ranks_may_sleep) {
    cpu_set_t cores;
    ASSERT_EQ(::sched_getaffinity(0, sizeof cores, &cores), 0);
    if (CPU_COUNT(&cores) < 2) {
        GTEST_SKIP() << "all ranks of one core may sleep";
    }
    for (const bool alone : {true, false}) {
        const int failed = testing::run_ranks(2, [alone](world& group) {
            ::setenv("UCX_TLS", "posix,self", 1);
            if (!alone) {
                cpu_set_t first;
                CPU_ZERO(&first);
                CPU_SET(::sched_getcpu(), &first);
                group.broadcast(std::as_writable_bytes(std::span(&first, 1)), 0);
                ::sched_setaffinity(0, sizeof first, &first);
            }
            const auto where = std::make_shared<ucx::session>(group);
            return where->sleeps() != alone && ucx::mail_is_worthwhile(group, where) == alone;
        });
        EXPECT_EQ(failed, 0) << alone;
    }
}

// Reductions of more than 1 MiB are cut, and mailboxes have a slot for each message, not each
// piece.
TEST(ucx_mailboxes, refuse_messages_that_are_cut) {
    const int failed = testing::run_ranks(2, [](world& group) {
        const auto made = ucx::make_ucx_communicator(group, ucx::messages::put);
        const auto buffer = made->allocate(16 << 20);
        const auto result = made->allocate(16 << 20);
        try {
            static_cast<void>(made->prepare(
                {.kind = operation_kind::all_reduce, .count = 4 << 20, .algorithm = "direct"},
                *buffer, *result));
        } catch (const capability_error&) {
            return true;
        }
        return false;
    });
    EXPECT_EQ(failed, 0);
}

TEST(mailbox_layout, keeps_slots_and_receipts_apart) {
    for (const std::uint64_t longest : {1, 56, 57, 64, 4096}) {
        const mailbox_layout layout{.ranks = 3, .messages = 2, .longest_bytes = longest};
        EXPECT_EQ(layout.data_offset(), longest <= 56 ? 8u : 64u);
        EXPECT_GE(layout.pitch(), layout.data_offset() + longest);
        EXPECT_EQ(layout.pitch() % 64, 0u);
        EXPECT_EQ(layout.slot(0, 1), layout.pitch());
        EXPECT_EQ(layout.slot(1, 0), 2 * layout.pitch());
        EXPECT_EQ(layout.receipt(0), 6 * layout.pitch());
        EXPECT_EQ(layout.bytes(), 6 * layout.pitch() + 3 * 64);
    }
}

/// Stands for UCX over memory in common: a put is done at once.
std::vector<std::string> order;

ucs_status_ptr_t put_at_once(ucp_ep_h, const void* from, std::size_t bytes, std::uint64_t to,
                             ucp_rkey_h, const ucp_request_param_t*) {
    std::memcpy(reinterpret_cast<void*>(to), from, bytes);
    order.push_back("put " + std::to_string(bytes));
    return nullptr;
}
ucs_status_t fence(ucp_worker_h) {
    order.push_back("fence");
    return UCS_OK;
}

// By hand what a peer does: nothing is put before it has acknowledged the execution before, the
// signal comes after the data, and data is read after its signal.
TEST(ucx_mailboxes, an_execution_waits_for_receipt_and_signal) {
    order.clear();
    ucx::ucp_calls calls;
    calls.put_nbx = put_at_once;
    calls.worker_fence = fence;
    alignas(64) std::array<std::uint64_t, 8> theirs{};
    alignas(64) std::array<std::uint64_t, 8> mine{};
    std::uint64_t source = 77;
    std::uint64_t target = 0;
    const auto bytes_of = [](std::uint64_t& word) { return reinterpret_cast<std::byte*>(&word); };

    ucx::program_writer writer(dtype::uint8, redop::sum, {}, 64);
    const auto put = writer.put(nullptr, bytes_of(source), 8, bytes_of(theirs[1]), nullptr);
    writer.after(put, writer.await(bytes_of(mine[4]), 1, nullptr, 0));
    writer.after(writer.signal(nullptr, bytes_of(theirs[0]), nullptr, nullptr, 0), put);
    writer.await(bytes_of(mine[0]), 0, bytes_of(mine[1]), 8);
    writer.copy(bytes_of(target), bytes_of(mine[1]), 8);
    writer.signal(nullptr, bytes_of(theirs[4]), nullptr, bytes_of(mine[1]), 8);
    ucx::executor runs(writer.finish(), calls, nullptr, 256);

    mine[1] = 5;
    runs.begin();
    EXPECT_FALSE(runs.advance());
    EXPECT_TRUE(runs.under_way());
    EXPECT_FALSE(runs.heard());
    EXPECT_EQ(order, (std::vector<std::string>{"put 8", "fence", "put 8"}));
    EXPECT_EQ(theirs[1], 77u);
    EXPECT_EQ(theirs[0], 1u);
    EXPECT_EQ(target, 0u);
    mine[0] = 1;
    EXPECT_TRUE(runs.advance());
    EXPECT_FALSE(runs.under_way());
    EXPECT_EQ(target, 5u);
    EXPECT_EQ(theirs[4], 1u);
    EXPECT_TRUE(runs.heard());
    EXPECT_FALSE(runs.heard());

    source = 78;
    mine[1] = 6;
    mine[0] = 2;  // the peer is ahead, but has not read the first message
    runs.begin();
    EXPECT_FALSE(runs.advance());
    EXPECT_EQ(theirs[1], 77u);
    EXPECT_EQ(target, 6u);
    mine[4] = 1;
    EXPECT_TRUE(runs.advance());
    EXPECT_EQ(theirs[1], 78u);
    EXPECT_EQ(theirs[0], 2u);
    EXPECT_EQ(theirs[4], 2u);
}

}  // namespace
}  // namespace railgauge

#endif
