// A prepared operation of the nccl backend.
#pragma once

#include <nccl.h>

#include <cstdint>
#include <memory>
#include <string_view>

#include "harness/backends/backend.hpp"
#include "harness/backends/device_queue.hpp"
#include "harness/backends/nccl/nccl_plan.hpp"
#include "harness/backends/nccl/nccl_session.hpp"

namespace railgauge::nccl {

/// Launches that are queued behind a hold at most. A stream takes 1,024 before it makes the host
/// wait, which would be for ever, as the host has to let go; NCCL adds some of its own.
inline constexpr std::uint32_t launches_behind_hold = 256;

class nccl_operation final : public operation, public held_run {
public:
    /// The operations of a communicator share its queue, one after the other.
    nccl_operation(std::shared_ptr<nccl_session> session, std::shared_ptr<device_queue> queue,
                   nccl_plan plan, operation_kind kind);

    void execute() override;
    [[nodiscard]] held_run* held() noexcept override { return this; }
    [[nodiscard]] std::string_view algorithm() const noexcept override { return "library"; }

    /// The first time, it executes once before: NCCL connects ranks, loads kernels and allocates
    /// when it first needs to, and must not wait for a stream that is held. What is more than
    /// launches_behind_hold is queued after the release, while the device works on the first.
    void arm(std::uint32_t operations) override;
    void release() noexcept override;
    [[nodiscard]] double finish_ns() override;

private:
    void launch() { session_->launch(plan_, queue_->stream()); }

    std::shared_ptr<nccl_session> session_;
    std::shared_ptr<device_queue> queue_;
    nccl_plan plan_;
    std::string_view name_;
    std::uint32_t left_ = 0;  ///< of the armed executions, not queued yet
    bool executed_ = false;
};

}  // namespace railgauge::nccl
