// What the executor of the ucx backend costs beyond UCX's own calls. UCX is replaced by functions
// that do nothing but what its contract asks of them: answer at once, or keep the request and call
// back from ucp_worker_progress. `by_hand` makes the same calls in a plain loop, so the difference
// of two figures, divided by the transfers, is the executor's own cost for a transfer. A ring
// all_reduce of one element a block, in place, so that there is nearly nothing to reduce.
// The items are transfers: calls that send or receive.
#include <benchmark/benchmark.h>

#ifdef RAILGAUGE_HAS_UCX

#include <cstdint>
#include <vector>

#include "harness/backends/schedule_layout.hpp"
#include "harness/backends/ucx/build_program.hpp"
#include "harness/backends/ucx/executor.hpp"
#include "harness/schedule/algorithms.hpp"
#include "kernels/reduce.hpp"

namespace {

using namespace railgauge;

struct completion {
    void* request = nullptr;
    const ucp_request_param_t* parameters = nullptr;
    void* user_data = nullptr;
    bool is_receive = false;
};

std::vector<completion> kept;
constexpr ucp_tag_recv_info_t nothing{};

ucs_status_ptr_t answer_at_once(ucp_ep_h, const void*, std::size_t, ucp_tag_t,
                                const ucp_request_param_t*) {
    return nullptr;
}
ucs_status_ptr_t receive_at_once(ucp_worker_h, void*, std::size_t, ucp_tag_t, ucp_tag_t,
                                 const ucp_request_param_t*) {
    return nullptr;
}
ucs_status_ptr_t keep(const ucp_request_param_t* parameters, bool is_receive) {
    kept.push_back({parameters->request, parameters, parameters->user_data, is_receive});
    return parameters->request;
}
ucs_status_ptr_t send_later(ucp_ep_h, const void*, std::size_t, ucp_tag_t,
                            const ucp_request_param_t* parameters) {
    return keep(parameters, false);
}
ucs_status_ptr_t receive_later(ucp_worker_h, void*, std::size_t, ucp_tag_t, ucp_tag_t,
                               const ucp_request_param_t* parameters) {
    return keep(parameters, true);
}
unsigned complete_all(ucp_worker_h) {
    static std::vector<completion> now;
    now.swap(kept);
    for (const completion& one : now) {
        if (one.is_receive) {
            one.parameters->cb.recv(one.request, UCS_OK, &nothing, one.user_data);
        } else {
            one.parameters->cb.send(one.request, UCS_OK, one.user_data);
        }
    }
    const auto count = static_cast<unsigned>(now.size());
    now.clear();
    return count;
}

/// Called through pointers, as the library's functions are.
ucx::ucp_calls make_calls(bool at_once) {
    ucx::ucp_calls calls;
    calls.tag_send_nbx = at_once ? answer_at_once : send_later;
    calls.tag_recv_nbx = at_once ? receive_at_once : receive_later;
    calls.worker_progress = complete_all;
    return calls;
}

constexpr std::size_t request_bytes = 272;  // UCX 1.13's

ucx::program ring(std::int64_t ranks, std::vector<float>& buffer, std::vector<std::byte>& bounce) {
    const operation_spec spec{.kind = operation_kind::all_reduce,
                              .count = static_cast<std::uint64_t>(ranks),
                              .in_place = true,
                              .algorithm = "ring"};
    const schedule plan = make_schedule(
        {.kind = spec.kind, .algorithm = spec.algorithm, .ranks = ranks, .in_place = true});
    const auto transfers = compile(plan, 0, layout_of(spec, plan));
    buffer.resize(spec.count);
    bounce.resize(ucx::bounce_bytes);
    auto* const memory = reinterpret_cast<std::byte*>(buffer.data());
    ucx::build_request request;
    request.spec = &spec;
    request.transfers = transfers;
    request.ranks = static_cast<std::int32_t>(ranks);
    request.spaces = {memory, memory, nullptr};
    request.bounce = bounce;
    request.endpoint = [](int) { return ucp_ep_h{}; };
    return ucx::build_program(request);
}

std::int64_t transfers_in(const ucx::program& plan) {
    std::int64_t count = 0;
    for (const ucx::step& one : plan.steps) {
        count += ucx::computes(one.code) ? 0 : 1;
    }
    return count;
}

void executor(benchmark::State& state, bool at_once) {
    std::vector<float> buffer;
    std::vector<std::byte> bounce;
    const ucx::ucp_calls calls = make_calls(at_once);
    ucx::executor runs(ring(state.range(0), buffer, bounce), calls, nullptr, request_bytes);
    for (auto _ : state) {
        runs.begin();
        while (!runs.advance()) {
            calls.worker_progress(nullptr);
        }
    }
    state.SetItemsProcessed(transfers_in(runs.plan()) * state.iterations());
}

void on_sent(void*, ucs_status_t, void* user_data) {
    ++*static_cast<std::uint64_t*>(user_data);
}
void on_received(void*, ucs_status_t, const ucp_tag_recv_info_t*, void* user_data) {
    ++*static_cast<std::uint64_t*>(user_data);
}

void by_hand(benchmark::State& state, bool at_once) {
    std::vector<float> buffer;
    std::vector<std::byte> bounce;
    const ucx::ucp_calls calls = make_calls(at_once);
    const ucx::program plan = ring(state.range(0), buffer, bounce);
    std::vector<std::byte> request(2 * request_bytes);
    std::uint64_t done = 0;
    ucp_request_param_t send{};
    send.request = request.data() + request_bytes;
    send.cb.send = on_sent;
    send.user_data = &done;
    ucp_request_param_t receive = send;
    receive.cb.recv = on_received;
    for (auto _ : state) {
        std::uint64_t expected = 0;
        done = 0;
        // Per step of the ring: a send and a receive, then the reduction where there is one.
        for (const ucx::step& one : plan.steps) {
            if (one.code == ucx::opcode::reduce) {
                reduce_into(plan.type, plan.op, one.target,
                            static_cast<const std::byte*>(one.other), one.amount);
                continue;
            }
            const auto started =
                one.code == ucx::opcode::send
                    ? calls.tag_send_nbx(one.peer, one.source, one.amount, one.tag, &send)
                    : calls.tag_recv_nbx(nullptr, one.target, one.amount, one.tag, UINT64_MAX,
                                         &receive);
            if (started != nullptr) {
                ++expected;
                while (one.code == ucx::opcode::receive && done != expected) {
                    calls.worker_progress(nullptr);
                }
            }
        }
        benchmark::DoNotOptimize(done);
    }
    state.SetItemsProcessed(transfers_in(plan) * state.iterations());
}

BENCHMARK_CAPTURE(by_hand, answered_at_once, true)->Arg(8)->Arg(64);
BENCHMARK_CAPTURE(executor, answered_at_once, true)->Arg(8)->Arg(64);
BENCHMARK_CAPTURE(by_hand, called_back, false)->Arg(8)->Arg(64);
BENCHMARK_CAPTURE(executor, called_back, false)->Arg(8)->Arg(64);

}  // namespace

#endif
