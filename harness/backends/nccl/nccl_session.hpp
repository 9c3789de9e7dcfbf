// One communicator of NCCL in this process: made within a time limit, watched, and aborted where it
// does not come to an end.
#pragma once

#include <nccl.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
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

class nccl_session {
public:
    /// Collective; the process's device has been chosen. Ranks prove that they live while NCCL
    /// works, as that may take longer than the World waits. `calls` outlive the session. Throws
    /// nccl_error, and deadline_error when limits.init has passed. With `kin`, it is of that one's
    /// family: what ends one by force ends them all.
    nccl_session(world& group, const nccl_calls& calls, const nccl_limits& limits,
                 nccl_session* kin = nullptr);

    /// Collective over the parent's ranks: a communicator of those that name the same color, in the
    /// order of their keys, from the parent, which outlives it: NCCL knows its ranks already, so
    /// that no bootstrap of their own is needed. For an NCCL that has ncclCommSplit. `alive` proves
    /// meanwhile that this rank lives.
    nccl_session(nccl_session& parent, int color, int key, world& alive);

    /// Waits for the other ranks to end it too, at most limits.ending, and aborts it then; at once
    /// where an exception is on its way or something failed before.
    ~nccl_session();
    nccl_session(const nccl_session&) = delete;
    nccl_session& operator=(const nccl_session&) = delete;

    /// Queues the plan's calls; returns when the device has them. Throws nccl_error and
    /// deadline_error.
    void launch(const nccl_plan& plan, cudaStream_t stream);

    /// Asks `done` over and over until it says yes, and in between NCCL whether something failed in
    /// this communicator or in its family. Throws nccl_error and deadline_error ("what did not end
    /// within ..."), after an abort.
    void wait(const char* what, const std::function<bool()>& done);

    /// From the first call of NCCL to the communicator's being ready.
    [[nodiscard]] std::int64_t init_ns() const noexcept { return init_ns_; }
    /// How many roots NCCL's bootstrap had.
    [[nodiscard]] int roots() const noexcept { return roots_; }
    [[nodiscard]] bool aborted() const noexcept { return comm_ == nullptr; }

    /// For calls of NCCL that are not here; null when it was aborted.
    [[nodiscard]] ncclComm_t get() const noexcept { return comm_; }
    [[nodiscard]] const nccl_calls& calls() const noexcept { return calls_; }
    /// Until NCCL has done what such a call, which gave `code`, asked for. Throws nccl_error and
    /// deadline_error.
    void complete(const char* call, ncclResult_t code);

    /// Collective over its ranks: a blocking communicator of those that name the same color, which
    /// the caller ends. For an NCCL that has ncclCommSplit.
    [[nodiscard]] ncclComm_t split_blocking(int color, int key, world& alive);

    /// Collective as well, for the ranks that are in none of the groups.
    void split_without(world& alive);

private:
    using family = std::vector<nccl_session*>;

    [[nodiscard]] ncclComm_t split(int color, int key, bool blocking, world& alive);
    [[nodiscard]] ncclResult_t start(std::vector<ncclUniqueId>& ids, int rank, int ranks);
    /// Until NCCL's threads have done what the last call asked for.
    void settle(const char* call, std::chrono::nanoseconds limit, world* alive);
    /// Throws where NCCL says that something failed.
    void look(const char* what);
    void end_at_once() noexcept;
    /// All of the family: what one of them still does on the device would hold up the freeing of
    /// what the others used.
    void end_family() noexcept;
    [[noreturn]] void fail(const char* call, ncclResult_t code);
    [[noreturn]] void give_up(const char* what, std::chrono::nanoseconds limit);
    void check(const char* call, ncclResult_t code);

    const nccl_calls& calls_;
    nccl_limits limits_;
    std::shared_ptr<family> family_;
    ncclComm_t comm_ = nullptr;
    bool non_blocking_ = false;
    bool healthy_ = true;
    bool in_group_ = false;
    int roots_ = 1;
    std::int64_t init_ns_ = 0;
};

}  // namespace railgauge::nccl
