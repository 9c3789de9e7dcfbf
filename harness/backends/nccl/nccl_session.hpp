// One communicator of NCCL, with this process's ranks in it: made within a time limit, watched, and
// aborted where it does not come to an end.
#pragma once

#include <nccl.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "harness/backends/nccl/nccl_library.hpp"
#include "harness/backends/nccl/nccl_plan.hpp"
#include "harness/launch/world.hpp"

namespace railgauge::nccl {

/// The World's own deadlines are shorter and name the rank that is missing, so these are for what
/// the World does not see: a rank that lives while NCCL hangs.
struct nccl_limits {
    std::chrono::nanoseconds init = std::chrono::seconds(300);  ///< NCCL on 96,000 GPUs: 265 s
    std::chrono::nanoseconds work = std::chrono::seconds(120);
    std::chrono::nanoseconds ending = std::chrono::seconds(10);
    /// From an error that another rank may have caused to its report from here, so that the World
    /// can name that rank and not this one.
    std::chrono::nanoseconds grace = std::chrono::seconds(3);
};

/// The limits that go with the World's: `step` is what a rank may stay away beyond the expected
/// time, `start` what ranks may take to come. With the usual ones (10 s and 30 s) the limits are
/// those above.
[[nodiscard]] constexpr nccl_limits limits_for(std::chrono::nanoseconds step,
                                               std::chrono::nanoseconds start) {
    return {.init = 10 * start, .work = 12 * step, .ending = step};
}

/// The GPUs that a process drives. Each is a rank of the process's communicators: those of process
/// p are the ranks p x count and on. What NCCL does with several at a time is one group of calls.
struct process_gpus {
    int count = 1;
    /// Makes one of them, counted from 0, the current device; called where there are several.
    std::function<void(int gpu)> enter = {};
};

class nccl_session {
public:
    /// Collective; the process's device has been chosen. Ranks prove that they live while NCCL
    /// works, as that may take longer than the World waits. `calls` outlive the session. Throws
    /// nccl_error, and deadline_error when limits.init has passed. With `kin`, it is of that one's
    /// family: what ends one by force ends them all.
    nccl_session(world& group, const nccl_calls& calls, const nccl_limits& limits,
                 nccl_session* kin = nullptr, process_gpus gpus = {});

    /// Collective over the parent's processes: a communicator of those that name the same color, in
    /// the order of their keys, from the parent, which outlives it: NCCL knows its ranks already,
    /// so that no bootstrap of their own is needed. For an NCCL that has ncclCommSplit. `alive`
    /// proves meanwhile that this rank lives.
    nccl_session(nccl_session& parent, int color, int key, world& alive);

    /// Waits for the other ranks to end it too, at most limits.ending, and aborts it then; at once
    /// where an exception is on its way or something failed before.
    ~nccl_session();
    nccl_session(const nccl_session&) = delete;
    nccl_session& operator=(const nccl_session&) = delete;

    /// Queues the calls of each GPU's plan in its stream; returns when the devices have them. What
    /// is the n-th group of the plans is one group. Throws nccl_error and deadline_error.
    void launch(std::span<const nccl_plan> plans, std::span<const cudaStream_t> streams);
    void launch(const nccl_plan& plan, cudaStream_t stream) { launch({&plan, 1}, {&stream, 1}); }

    /// Asks `done` over and over until it says yes, and in between NCCL whether something failed in
    /// this communicator or in its family. Throws nccl_error and deadline_error ("what did not end
    /// within ..."), after an abort.
    void wait(const char* what, const std::function<bool()>& done);

    /// From the first call of NCCL to the communicator's being ready.
    [[nodiscard]] std::int64_t init_ns() const noexcept { return init_ns_; }
    /// How many roots NCCL's bootstrap had.
    [[nodiscard]] int roots() const noexcept { return roots_; }
    [[nodiscard]] bool aborted() const noexcept { return comms_.empty(); }
    [[nodiscard]] int gpus() const noexcept { return gpus_.count; }

    /// For calls of NCCL that are not here: that of one of the GPUs; null when it was aborted.
    [[nodiscard]] ncclComm_t get(std::size_t gpu = 0) const noexcept {
        return comms_.empty() ? nullptr : comms_[gpu];
    }
    [[nodiscard]] const nccl_calls& calls() const noexcept { return calls_; }
    /// Until NCCL has done what such a call, which gave `code`, asked for. Throws nccl_error and
    /// deadline_error.
    void complete(const char* call, ncclResult_t code);

    /// Collective over its ranks: a blocking communicator of those that name the same color, which
    /// the caller ends. For an NCCL that has ncclCommSplit, and one GPU a process.
    [[nodiscard]] ncclComm_t split_blocking(int color, int key, world& alive);

    /// Collective as well, for the ranks that are in none of the groups.
    void split_without(world& alive);

private:
    using family = std::vector<nccl_session*>;

    [[nodiscard]] std::vector<ncclComm_t> split(int color, int key, bool blocking, world& alive);
    void start(std::vector<ncclUniqueId>& ids, const world& group);
    [[nodiscard]] ncclResult_t start_one(std::vector<ncclUniqueId>& ids, ncclComm_t& made, int rank,
                                         int ranks);
    /// Calls with the number of each GPU, where there are several as one group of NCCL.
    void for_each_gpu(const std::function<void(int gpu)>& call);
    void open_group();
    void close_group();
    /// Until NCCL's threads have done what the last call asked for.
    void settle(const char* call, std::chrono::nanoseconds limit, world* alive);
    /// Whether NCCL is done with what it was asked for; throws where it says that something failed.
    bool look(const char* what);
    void end_at_once() noexcept;
    /// All of the family: what one of them still does on the device would hold up the freeing of
    /// what the others used.
    void end_family() noexcept;
    [[noreturn]] void fail(const char* call, ncclResult_t code, int gpu);
    [[noreturn]] void give_up(const char* what, std::chrono::nanoseconds limit);
    void check(const char* call, ncclResult_t code, int gpu = 0);

    const nccl_calls& calls_;
    nccl_limits limits_;
    std::shared_ptr<family> family_;
    process_gpus gpus_;
    std::vector<ncclComm_t> comms_;  ///< by GPU; none when they were aborted
    bool non_blocking_ = false;
    bool healthy_ = true;
    bool in_group_ = false;
    int roots_ = 1;
    std::int64_t init_ns_ = 0;
};

}  // namespace railgauge::nccl
