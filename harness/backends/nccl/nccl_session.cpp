#include "harness/backends/nccl/nccl_session.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <string>
#include <thread>
#include <utility>

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
                           nccl_session* kin, process_gpus gpus)
    : calls_(calls),
      limits_(limits),
      family_(kin != nullptr ? kin->family_ : std::make_shared<family>()),
      gpus_(std::move(gpus)) {
    roots_ = root_count(group.size() * gpus_.count, calls_.CommInitRankScalable != nullptr);
    const auto began = steady::now();
    std::vector<ncclUniqueId> ids = exchange_ids(group, calls_, roots_, gpus_.count);
    try {
        start(ids, group);
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
      gpus_(parent.gpus_),
      non_blocking_(parent.non_blocking_) {
    const auto began = steady::now();
    comms_ = parent.split(color, key, !non_blocking_, alive);
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
    return split(color, key, true, alive).front();
}

void nccl_session::split_without(world& alive) {
    static_cast<void>(split(NCCL_SPLIT_NOCOLOR, 0, !non_blocking_, alive));
}

std::vector<ncclComm_t> nccl_session::split(int color, int key, bool blocking, world& alive) {
    if (aborted()) throw deadline_error(aborted_before);
    ncclConfig_t config = NCCL_CONFIG_INITIALIZER;
    config.blocking = blocking ? 1 : 0;
    std::vector<ncclComm_t> made(comms_.size());
    for_each_gpu([&](int gpu) {
        const auto which = static_cast<std::size_t>(gpu);
        const int place = color < 0 ? key : key * gpus_.count + gpu;
        check("ncclCommSplit", calls_.CommSplit(comms_[which], color, place, &made[which], &config),
              gpu);
    });
    // NCCL may fill the handle in only until this communicator is ready again.
    if (non_blocking_) settle("ncclCommSplit", limits_.init, &alive);
    return made;
}

void nccl_session::start(std::vector<ncclUniqueId>& ids, const world& group) {
    // Before 2.14 NCCL blocks, and only the World sees that it hangs.
    non_blocking_ = roots_ > 1 || calls_.CommInitRankConfig != nullptr;
    comms_.assign(static_cast<std::size_t>(gpus_.count), nullptr);
    for_each_gpu([&](int gpu) {
        check("ncclCommInitRank",
              start_one(ids, comms_[static_cast<std::size_t>(gpu)],
                        group.rank() * gpus_.count + gpu, group.size() * gpus_.count),
              gpu);
    });
}

ncclResult_t nccl_session::start_one(std::vector<ncclUniqueId>& ids, ncclComm_t& made, int rank,
                                     int ranks) {
    ncclConfig_t config = NCCL_CONFIG_INITIALIZER;
    config.blocking = 0;
    if (roots_ > 1) {
        return calls_.CommInitRankScalable(&made, ranks, rank, roots_, ids.data(), &config);
    }
    return non_blocking_ ? calls_.CommInitRankConfig(&made, ranks, ids[0], rank, &config)
                         : calls_.CommInitRank(&made, ranks, ids[0], rank);
}

void nccl_session::for_each_gpu(const std::function<void(int gpu)>& call) {
    if (gpus_.count == 1) return call(0);
    open_group();
    for (int gpu = 0; gpu < gpus_.count; ++gpu) {
        gpus_.enter(gpu);
        call(gpu);
    }
    close_group();
    gpus_.enter(0);
}

void nccl_session::open_group() {
    check("ncclGroupStart", calls_.GroupStart());
    in_group_ = true;
}

void nccl_session::close_group() {
    in_group_ = false;
    check("ncclGroupEnd", calls_.GroupEnd());
}

nccl_session::~nccl_session() {
    std::erase(*family_, this);
    if (aborted()) return;
    if (!healthy_ || std::uncaught_exceptions() > 0) {
        end_at_once();
        return;
    }
    if (non_blocking_ && calls_.CommFinalize != nullptr) {
        try {
            for (const ncclComm_t each : comms_) {
                check("ncclCommFinalize", calls_.CommFinalize(each));
            }
            settle("ncclCommFinalize", limits_.ending, nullptr);
        } catch (const error&) {
            end_at_once();
            return;
        }
    }
    for (const ncclComm_t each : comms_) static_cast<void>(calls_.CommDestroy(each));
}

void nccl_session::settle(const char* call, std::chrono::nanoseconds limit, world* alive) {
    const auto began = steady::now();
    for (std::uint32_t asked = 0; !look(call); ++asked) {
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

void nccl_session::launch(std::span<const nccl_plan> plans, std::span<const cudaStream_t> streams) {
    if (aborted()) throw deadline_error(aborted_before);
    std::size_t groups = 0;
    for (const nccl_plan& plan : plans) groups = std::max(groups, plan.groups.size());
    for (std::size_t which = 0; which < groups; ++which) {
        std::size_t steps = 0;
        for (const nccl_plan& plan : plans) {
            steps += which < plan.groups.size() ? plan.groups[which].size() : 0;
        }
        const bool grouped = steps > 1;
        if (grouped) open_group();
        for (std::size_t gpu = 0; gpu < plans.size(); ++gpu) {
            if (which >= plans[gpu].groups.size()) continue;
            for (const nccl_step& step : plans[gpu].groups[which]) {
                const issued_call done = issue(calls_, step, plans[gpu], comms_[gpu], streams[gpu]);
                check(done.name, done.code, static_cast<int>(gpu));
            }
        }
        if (grouped) close_group();
        if (non_blocking_) settle("ncclGroupEnd", limits_.work, nullptr);
    }
}

void nccl_session::wait(const char* what, const std::function<bool()>& done) {
    constexpr std::uint32_t between = 256;  // questions to the device for one to NCCL
    auto began = steady::now();
    for (std::uint32_t asked = 1; !done(); ++asked) {
        if (asked % between != 0 || aborted()) continue;
        for (nccl_session* each : *family_) static_cast<void>(each->look(what));
        if (steady::now() - began > limits_.work) give_up(what, limits_.work);
    }
}

bool nccl_session::look(const char* what) {
    bool done = true;
    for (std::size_t gpu = 0; gpu < comms_.size(); ++gpu) {
        ncclResult_t state = ncclSuccess;
        check("ncclCommGetAsyncError", calls_.CommGetAsyncError(comms_[gpu], &state),
              static_cast<int>(gpu));
        if (state == ncclInProgress) {
            done = false;
        } else if (state != ncclSuccess) {
            fail(what, state, static_cast<int>(gpu));
        }
    }
    return done;
}

void nccl_session::complete(const char* call, ncclResult_t code) {
    check(call, code);
    if (non_blocking_) settle(call, limits_.work, nullptr);
}

void nccl_session::check(const char* call, ncclResult_t code, int gpu) {
    if (code != ncclSuccess && code != ncclInProgress) fail(call, code, gpu);
}

void nccl_session::fail(const char* call, ncclResult_t code, int gpu) {
    const std::string where =
        gpus_.count == 1 ? std::string() : fmt::format(" (GPU {} of this process)", gpu);
    // Its words need the communicator.
    const nccl_error failure(calls_, call + where, code, get(static_cast<std::size_t>(gpu)));
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
    for (const ncclComm_t each : comms_) {
        if (each != nullptr) static_cast<void>(calls_.CommAbort(each));
    }
    comms_.clear();
}

}  // namespace railgauge::nccl
