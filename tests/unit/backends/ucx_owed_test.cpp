// What UCX still holds back when an operation has ended here goes out while the rank waits for
// others: a peer may wait for it.
#ifdef RAILGAUGE_HAS_UCX

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <thread>
#include <vector>

#include "harness/backends/ucx/session.hpp"
#include "harness/base/error.hpp"
#include "harness/launch/exchange.hpp"
#include "tests/unit/backends/shm_test_world.hpp"

namespace railgauge {
namespace {

using namespace std::chrono_literals;
using std::chrono::steady_clock;

constexpr std::size_t messages = 64;
constexpr std::size_t message_bytes = 16384;

/// Hundreds of milliseconds: what throws here would otherwise wait for ever.
constexpr int most_slices = 200;

bool all_end(ucx::session& where, const std::vector<ucs_status_ptr_t>& requests) {
    const auto limit = steady_clock::now() + 10s;
    bool ended = false;
    where.progress_until([&] {
        ended = std::ranges::all_of(requests, [](ucs_status_ptr_t one) {
            return one == nullptr ||
                   (UCS_PTR_IS_PTR(one) && ucx::ucp().request_check_status(one) == UCS_OK);
        });
        return ended || steady_clock::now() > limit;
    });
    return ended;
}

/// Rank 0 sends without asking UCX in between, so that it reads none of rank 1's answers: 16 of
/// them fill its queue, the others stay with rank 1, whose receives have ended.
bool send_and_answer(world& group, std::byte* memory) {
    ::setenv("UCX_TLS", "posix,cma,self", 1);
    ::setenv("UCX_POSIX_FIFO_SIZE", "16", 1);
    ::setenv("UCX_RNDV_THRESH", "1024", 1);
    ::setenv("UCX_RNDV_SCHEME", "get_zcopy", 1);
    ucx::session where(group);
    int slices = 0;
    exchange waits(memory, group.rank(), 2, false, [&] {
        if (++slices > most_slices) throw deadline_error("a rank did not come");
    });
    std::vector<std::byte> data(messages * message_bytes);
    const ucp_request_param_t plain{};
    for (const std::size_t count : {std::size_t{1}, messages}) {  // the first one connects
        std::vector<ucs_status_ptr_t> requests;
        for (std::size_t i = 0; i < count; ++i) {
            std::byte* const at = data.data() + i * message_bytes;
            if (group.rank() == 0) {
                requests.push_back(
                    ucx::ucp().tag_send_nbx(where.endpoint(1), at, message_bytes, i, &plain));
                std::this_thread::sleep_for(1ms);
            } else {
                requests.push_back(ucx::ucp().tag_recv_nbx(where.worker(), at, message_bytes, i,
                                                           UINT64_MAX, &plain));
            }
        }
        if (group.rank() == 0) std::this_thread::sleep_for(50ms);
        if (!all_end(where, requests)) return false;
        waits.barrier();
    }
    return true;
}

/// As UCX's transport cma does.
bool may_read_others_memory() {
    int from = 1;
    int to = 0;
    const iovec local{&to, sizeof to};
    const iovec remote{&from, sizeof from};
    return ::process_vm_readv(::getpid(), &local, 1, &remote, 1, 0) == sizeof to;
}

TEST(ucx_session, gives_its_last_answers_while_it_waits_in_the_world) {
    if (!may_read_others_memory()) {
        GTEST_SKIP() << "process_vm_readv is refused here";
    }
    const std::size_t bytes = exchange::bytes_for(2);
    void* const memory =
        ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    ASSERT_NE(memory, MAP_FAILED);
    EXPECT_EQ(testing::run_ranks(2,
                                 [&](world& group) {
                                     return send_and_answer(group, static_cast<std::byte*>(memory));
                                 }),
              0);
    ::munmap(memory, bytes);
}

}  // namespace
}  // namespace railgauge

#endif
