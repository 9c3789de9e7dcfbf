// A prepared operation of the nccl backend.
#pragma once

#include <nccl.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/backends/backend.hpp"
#include "harness/backends/device_queue.hpp"
#include "harness/backends/nccl/nccl_plan.hpp"
#include "harness/backends/nccl/nccl_session.hpp"
#include "harness/backends/nccl/premultiplied_sum.hpp"

namespace railgauge::nccl {

/// Launches that are queued behind a hold at most. A stream takes 1,024 before it makes the host
/// wait, which would be for ever, as the host has to let go; NCCL adds some of its own.
inline constexpr std::uint32_t launches_behind_hold = 256;

/// What one stream does, on each of the process's GPUs.
struct nccl_lane {
    std::shared_ptr<nccl_session> session;
    std::vector<nccl_plan> plans;  ///< by GPU
    /// Where the plans' `op` is that.
    std::vector<std::shared_ptr<const premultiplied_sum>> factors = {};
    std::vector<cudaStream_t> streams = {};  ///< by GPU; the operation fills them in
};

class nccl_operation final : public operation, public held_run {
public:
    /// Lane i uses stream i of each GPU's queue, which is wide enough. The operations of a
    /// communicator share its queues, one after the other. A sample is that of the slowest GPU.
    nccl_operation(std::vector<nccl_lane> lanes, std::vector<std::shared_ptr<device_queue>> queues,
                   operation_kind kind);

    /// Collective, and once, before anything else: executes, as NCCL connects ranks, loads kernels
    /// and allocates when it first needs to, which must be neither behind a hold nor in a graph;
    /// notes what NCCL says of it; and captures the next execution, where `as_graph`. Throws
    /// capability_error where the work cannot be captured, and what `execute` throws.
    void make_ready(bool as_graph);

    /// NCCL's estimate, which is made apart from this.
    void set_estimate(std::optional<double> us) noexcept { estimate_us_ = us; }

    void execute() override;
    [[nodiscard]] held_run* held() noexcept override { return this; }
    [[nodiscard]] std::string_view algorithm() const noexcept override { return algorithm_; }
    [[nodiscard]] std::string_view protocol() const noexcept override { return protocol_; }
    [[nodiscard]] int channels() const noexcept override { return channels_; }

    [[nodiscard]] std::optional<double> library_estimate_us() const noexcept override {
        return estimate_us_;
    }

    /// What is more than launches_behind_hold is queued after the release, while the device works
    /// on the first.
    void arm(std::uint32_t operations) override;
    void release() noexcept override;
    [[nodiscard]] double finish_ns() override;

private:
    [[nodiscard]] int streams() const noexcept { return static_cast<int>(lanes_.size()); }
    [[nodiscard]] std::uint32_t launches() const noexcept;
    /// One execution, in all streams. They do not wait for each other: `begin` and `end` are around
    /// one or many.
    void launch();
    void begin();
    void end();
    void mark_end();
    void wait_for_end();

    std::vector<nccl_lane> lanes_;
    std::vector<std::shared_ptr<device_queue>> queues_;  ///< by GPU
    std::unique_ptr<device_graph> graph_;                // goes before the communicators do
    std::string_view name_;
    std::string algorithm_ = "library";
    std::string protocol_;
    int channels_ = 0;
    std::optional<double> estimate_us_;
    std::uint32_t left_ = 0;  ///< of the armed executions, not queued yet
};

}  // namespace railgauge::nccl
