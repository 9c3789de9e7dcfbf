#include "harness/backends/nccl/nccl_estimator.hpp"

#include <algorithm>
#include <exception>
#include <utility>

#include "harness/backends/nccl/nccl_issue.hpp"

namespace railgauge::nccl {
namespace {

/// One group of calls, none of them a send or a receive.
bool has_estimate(const nccl_plan& plan) {
    if (plan.groups.size() != 1) return false;
    return std::ranges::none_of(plan.groups.front(), [](const nccl_step& step) {
        return step.call == nccl_call::send || step.call == nccl_call::receive;
    });
}

}  // namespace

nccl_estimator::nccl_estimator(std::shared_ptr<nccl_session> parent, int rank, world& alive)
    : parent_(std::move(parent)), comm_(parent_->split_blocking(0, rank, alive)) {}

nccl_estimator::~nccl_estimator() {
    const nccl_calls& c = parent_->calls();
    const bool by_force = fails_ || parent_->aborted() || std::uncaught_exceptions() > 0;
    static_cast<void>(by_force ? c.CommAbort(comm_) : c.CommDestroy(comm_));
}

std::optional<double> nccl_estimator::estimate_us(const nccl_plan& plan, cudaStream_t stream) {
    if (fails_ || !has_estimate(plan)) return std::nullopt;
    const nccl_calls& c = parent_->calls();
    if (c.GroupStart() != ncclSuccess) {
        fails_ = true;
        return std::nullopt;
    }
    for (const nccl_step& step : plan.groups.front()) {
        fails_ = fails_ || issue(c, step, plan, comm_, stream).code != ncclSuccess;
    }
    ncclSimInfo_t said = NCCL_SIM_INFO_INITIALIZER;
    fails_ = c.GroupSimulateEnd(&said) != ncclSuccess || fails_;
    if (fails_ || !(said.estimatedTime > 0)) return std::nullopt;
    return said.estimatedTime;
}

}  // namespace railgauge::nccl
