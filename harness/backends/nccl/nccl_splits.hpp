// Communicators of groups, split off from the job's.
//
// A communicator that is split off needs no bootstrap and no new connections of it, as NCCL knows
// the ranks already; but all ranks of the job have to take part. So it is done where the job has a
// communicator anyway and its ranks are split together; other groups make their own.
#pragma once

#include <map>
#include <memory>

#include "harness/backends/nccl/nccl_session.hpp"
#include "harness/launch/world.hpp"

namespace railgauge::nccl {

class nccl_splits {
public:
    /// The job's communicator, of an NCCL that can split it; the first one is kept.
    void offer(const std::shared_ptr<nccl_session>& job);

    /// Collective over the job: makes the session of `group`; color < 0: this rank is in none.
    /// Nothing where there is no communicator of the job. `job` proves that this rank lives. Throws
    /// nccl_error and deadline_error.
    void split(world& job, int color, int key, const world* group);

    /// That of the group, once; null where it has to make its own.
    [[nodiscard]] std::shared_ptr<nccl_session> take(const world& group);

private:
    std::weak_ptr<nccl_session> job_;
    std::map<const world*, std::shared_ptr<nccl_session>> made_;
};

}  // namespace railgauge::nccl
