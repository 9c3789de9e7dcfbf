// NCCL's own estimate of the time that a collective takes.
//
// ncclGroupSimulateEnd works on blocking communicators only: on others NCCL executes the group (as
// of 2.28). So a blocking one of the same ranks is split off for this alone, and what goes wrong
// with it costs the estimate and nothing else.
#pragma once

#include <nccl.h>

#include <memory>
#include <optional>

#include "harness/backends/nccl/nccl_plan.hpp"
#include "harness/backends/nccl/nccl_session.hpp"

namespace railgauge::nccl {

class nccl_estimator {
public:
    /// Collective over the parent's ranks. For an NCCL that has ncclCommSplit and
    /// ncclGroupSimulateEnd. Throws as a session that is split off does.
    nccl_estimator(std::shared_ptr<nccl_session> parent, int rank, world& alive);
    ~nccl_estimator();
    nccl_estimator(const nccl_estimator&) = delete;
    nccl_estimator& operator=(const nccl_estimator&) = delete;

    /// Collective: microseconds; none where NCCL gives none, as for sends and receives, and after
    /// it has failed once. Executes nothing.
    [[nodiscard]] std::optional<double> estimate_us(const nccl_plan& plan, cudaStream_t stream);

private:
    std::shared_ptr<nccl_session> parent_;
    ncclComm_t comm_ = nullptr;
    bool fails_ = false;
};

}  // namespace railgauge::nccl
