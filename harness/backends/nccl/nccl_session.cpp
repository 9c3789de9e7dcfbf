#include "harness/backends/nccl/nccl_session.hpp"

#include <fmt/format.h>

#include <exception>
#include <thread>

#include "harness/backends/nccl/nccl_issue.hpp"
#include "harness/backends/nccl/nccl_roots.hpp"

namespace railgauge::nccl {
namespace {

using steady = std::chrono::steady_clock;

double seconds(std::chrono::nanoseconds time) {
    return std::chrono::duration<double>(time).count();
}

constexpr const char* aborted_before =
    "NCCL's communicator was aborted before: nothing can be executed";

/// Whether the cause may lie in another rank, which the World then knows.
bool may_be_remote(ncclResult_t code) {
    return code == ncclRemoteError || code == ncclSystemError || code == ncclInternalError;
}

}  // namespace

nccl_session::nccl_session(world& group, const nccl_calls& calls, const nccl_limits& limits,
                           nccl_session* kin)
    : calls_(calls),
      limits_(limits),
      family_(kin != nullptr ? kin->family_ : std::make_shared<family>()) {
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
    family_->push_back(this);
    init_ns_ = std::chrono::nanoseconds(steady::now() - began).count();
}

nccl_session::nccl_session(nccl_session& parent, int color, int key, world& alive)
    : calls_(parent.calls_),
      limits_(parent.limits_),
      family_(parent.family_),
      non_blocking_(parent.non_blocking_) {
    const auto began = steady::now();
    comm_ = parent.split(color, key, !non_blocking_, alive);
    family_->push_back(this);
    try {
        if (non_blocking_) settle("ncclCommSplit", limits_.init, &alive);
    } catch (...) {
        std::erase(*family_, this);
        throw;
    }
    init_ns_ = std::chrono::nanoseconds(steady::now() - began).count();
}

ncclComm_t nccl_session::split_blocking(int color, int key, world& alive) {
    return split(color, key, true, alive);
}

void nccl_session::split_without(world& alive) {
    static_cast<void>(split(NCCL_SPLIT_NOCOLOR, 0, !non_blocking_, alive));
}

ncclComm_t nccl_session::split(int color, int key, bool blocking, world& alive) {
    if (comm_ == nullptr) throw deadline_error(aborted_before);
    ncclConfig_t config = NCCL_CONFIG_INITIALIZER;
    config.blocking = blocking ? 1 : 0;
    ncclComm_t made = nullptr;
    check("ncclCommSplit", calls_.CommSplit(comm_, color, key, &made, &config));
    // NCCL may fill the handle in only until this communicator is ready again.
    if (non_blocking_) settle("ncclCommSplit", limits_.init, &alive);
    return made;
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
    std::erase(*family_, this);
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
    if (comm_ == nullptr) throw deadline_error(aborted_before);
    for (const std::vector<nccl_step>& group : plan.groups) {
        const bool grouped = group.size() > 1;
        if (grouped) {
            check("ncclGroupStart", calls_.GroupStart());
            in_group_ = true;
        }
        for (const nccl_step& step : group) {
            const issued_call done = issue(calls_, step, plan, comm_, stream);
            check(done.name, done.code);
        }
        if (grouped) {
            in_group_ = false;
            check("ncclGroupEnd", calls_.GroupEnd());
        }
        if (non_blocking_) settle("ncclGroupEnd", limits_.work, nullptr);
    }
}

void nccl_session::wait(const char* what, const std::function<bool()>& done) {
    constexpr std::uint32_t between = 256;  // questions to the device for one to NCCL
    auto began = steady::now();
    for (std::uint32_t asked = 1; !done(); ++asked) {
        if (asked % between != 0 || comm_ == nullptr) continue;
        for (nccl_session* each : *family_) each->look(what);
        if (steady::now() - began > limits_.work) give_up(what, limits_.work);
    }
}

void nccl_session::look(const char* what) {
    if (comm_ == nullptr) return;
    ncclResult_t state = ncclSuccess;
    check("ncclCommGetAsyncError", calls_.CommGetAsyncError(comm_, &state));
    if (state != ncclSuccess && state != ncclInProgress) fail(what, state);
}

void nccl_session::complete(const char* call, ncclResult_t code) {
    check(call, code);
    if (non_blocking_) settle(call, limits_.work, nullptr);
}

void nccl_session::check(const char* call, ncclResult_t code) {
    if (code != ncclSuccess && code != ncclInProgress) fail(call, code);
}

void nccl_session::fail(const char* call, ncclResult_t code) {
    const nccl_error failure(calls_, call, code, comm_);  // its words need the communicator
    end_family();
    if (may_be_remote(code)) std::this_thread::sleep_for(limits_.grace);
    throw failure;
}

void nccl_session::give_up(const char* what, std::chrono::nanoseconds limit) {
    end_family();
    throw deadline_error(fmt::format(
        "{} did not end within {:g} s, and NCCL's communicator was aborted; NCCL_DEBUG=INFO on all "
        "ranks shows what it waits for",
        what, seconds(limit)));
}

void nccl_session::end_family() noexcept {
    healthy_ = false;  // also where it is not in the family yet, or no more
    end_at_once();
    for (nccl_session* each : *family_) {
        each->healthy_ = false;
        each->end_at_once();
    }
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
