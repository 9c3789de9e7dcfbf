#include "harness/backends/nccl/nccl_session.hpp"

#include <fmt/format.h>

#include <exception>
#include <thread>

#include "harness/backends/nccl/nccl_roots.hpp"

namespace railgauge::nccl {
namespace {

using steady = std::chrono::steady_clock;

double seconds(std::chrono::nanoseconds time) {
    return std::chrono::duration<double>(time).count();
}

/// Whether the cause may lie in another rank, which the World then knows.
bool may_be_remote(ncclResult_t code) {
    return code == ncclRemoteError || code == ncclSystemError || code == ncclInternalError;
}

}  // namespace

nccl_session::nccl_session(world& group, const nccl_calls& calls, const nccl_limits& limits)
    : calls_(calls), limits_(limits) {
    roots_ = root_count(group.size(), calls_.CommInitRankScalable != nullptr);
    const auto began = steady::now();
    std::vector<ncclUniqueId> ids = exchange_ids(group, calls_, roots_);
    try {
        check("ncclCommInitRank", start(ids, group.rank(), group.size()));
        if (non_blocking_) settle("ncclCommInitRank", limits_.init, &group);
    } catch (...) {
        end_at_once();
        throw;
    }
    init_ns_ = std::chrono::nanoseconds(steady::now() - began).count();
}

ncclResult_t nccl_session::start(std::vector<ncclUniqueId>& ids, int rank, int ranks) {
    ncclConfig_t config = NCCL_CONFIG_INITIALIZER;
    config.blocking = 0;
    non_blocking_ = calls_.CommInitRankConfig != nullptr;
    if (roots_ > 1) {
        non_blocking_ = true;
        return calls_.CommInitRankScalable(&comm_, ranks, rank, roots_, ids.data(), &config);
    }
    // Before 2.14 NCCL blocks, and only the World sees that it hangs.
    return non_blocking_ ? calls_.CommInitRankConfig(&comm_, ranks, ids[0], rank, &config)
                         : calls_.CommInitRank(&comm_, ranks, ids[0], rank);
}

nccl_session::~nccl_session() {
    if (comm_ == nullptr) return;
    if (!healthy_ || std::uncaught_exceptions() > 0) {
        end_at_once();
        return;
    }
    if (non_blocking_ && calls_.CommFinalize != nullptr) {
        try {
            check("ncclCommFinalize", calls_.CommFinalize(comm_));
            settle("ncclCommFinalize", limits_.ending, nullptr);
        } catch (const error&) {
            end_at_once();
            return;
        }
    }
    static_cast<void>(calls_.CommDestroy(comm_));
}

void nccl_session::settle(const char* call, std::chrono::nanoseconds limit, world* alive) {
    const auto began = steady::now();
    ncclResult_t state = ncclInProgress;
    for (std::uint32_t asked = 0;; ++asked) {
        check("ncclCommGetAsyncError", calls_.CommGetAsyncError(comm_, &state));
        if (state == ncclSuccess) return;
        if (state != ncclInProgress) fail(call, state);
        const auto spent = steady::now() - began;
        if (spent > limit) give_up(call, limit);
        if (alive != nullptr) alive->heartbeat();
        // Launches take microseconds, and the beginning and end of a communicator seconds.
        if (spent > std::chrono::milliseconds(1)) {
            std::this_thread::sleep_for(std::chrono::microseconds(alive != nullptr ? 500 : 50));
        } else if (asked % 16 == 15) {
            std::this_thread::yield();
        }
    }
}

void nccl_session::launch(const nccl_plan& plan, cudaStream_t stream) {
    if (comm_ == nullptr) {
        throw deadline_error("NCCL's communicator was aborted before: nothing can be executed");
    }
    for (const std::vector<nccl_step>& group : plan.groups) {
        const bool grouped = group.size() > 1;
        if (grouped) {
            check("ncclGroupStart", calls_.GroupStart());
            in_group_ = true;
        }
        for (const nccl_step& step : group) issue(step, plan, stream);
        if (grouped) {
            in_group_ = false;
            check("ncclGroupEnd", calls_.GroupEnd());
        }
        if (non_blocking_) settle("ncclGroupEnd", limits_.work, nullptr);
    }
}

void nccl_session::issue(const nccl_step& s, const nccl_plan& plan, cudaStream_t stream) {
    const nccl_calls& c = calls_;
    const ncclDataType_t type = plan.type;
    switch (s.call) {
        case nccl_call::all_reduce:
            return check("ncclAllReduce",
                         c.AllReduce(s.from, s.to, s.count, type, plan.op, comm_, stream));
        case nccl_call::broadcast:
            return check("ncclBroadcast",
                         c.Broadcast(s.from, s.to, s.count, type, s.peer, comm_, stream));
        case nccl_call::reduce:
            return check("ncclReduce",
                         c.Reduce(s.from, s.to, s.count, type, plan.op, s.peer, comm_, stream));
        case nccl_call::all_gather:
            return check("ncclAllGather", c.AllGather(s.from, s.to, s.count, type, comm_, stream));
        case nccl_call::reduce_scatter:
            return check("ncclReduceScatter",
                         c.ReduceScatter(s.from, s.to, s.count, type, plan.op, comm_, stream));
        case nccl_call::send:
            return check("ncclSend", c.Send(s.from, s.count, type, s.peer, comm_, stream));
        case nccl_call::receive:
            return check("ncclRecv", c.Recv(s.to, s.count, type, s.peer, comm_, stream));
    }
}

void nccl_session::wait(const char* what, const std::function<bool()>& done) {
    constexpr std::uint32_t between = 256;  // questions to the device for one to NCCL
    auto began = steady::now();
    for (std::uint32_t asked = 1; !done(); ++asked) {
        if (asked % between != 0 || comm_ == nullptr) continue;
        ncclResult_t state = ncclSuccess;
        check("ncclCommGetAsyncError", calls_.CommGetAsyncError(comm_, &state));
        if (state != ncclSuccess && state != ncclInProgress) fail(what, state);
        if (steady::now() - began > limits_.work) give_up(what, limits_.work);
    }
}

void nccl_session::check(const char* call, ncclResult_t code) {
    if (code != ncclSuccess && code != ncclInProgress) fail(call, code);
}

void nccl_session::fail(const char* call, ncclResult_t code) {
    healthy_ = false;
    const nccl_error failure(calls_, call, code, comm_);  // its words need the communicator
    end_at_once();
    if (may_be_remote(code)) std::this_thread::sleep_for(limits_.grace);
    throw failure;
}

void nccl_session::give_up(const char* what, std::chrono::nanoseconds limit) {
    healthy_ = false;
    end_at_once();
    throw deadline_error(fmt::format(
        "{} did not end within {:g} s, and NCCL's communicator was aborted; NCCL_DEBUG=INFO on all "
        "ranks shows what it waits for",
        what, seconds(limit)));
}

void nccl_session::end_at_once() noexcept {
    if (in_group_) {
        in_group_ = false;
        static_cast<void>(calls_.GroupEnd());  // else the abort would wait for the group's end
    }
    if (comm_ == nullptr) return;
    static_cast<void>(calls_.CommAbort(comm_));
    comm_ = nullptr;
}

}  // namespace railgauge::nccl
