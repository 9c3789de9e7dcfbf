// What the operations of the cuda backend have in common: work that is queued, and timed behind a
// hold.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "harness/backends/backend.hpp"
#include "harness/backends/device_queue.hpp"

namespace railgauge::cuda {

/// Launches that a lane gets behind a hold at most: a stream takes 1,024 before it makes the host
/// wait, which would be for ever, as the host has to let go.
inline constexpr int launches_behind_hold = 256;

/// Longer than any execution takes, but not for ever.
inline constexpr std::chrono::seconds work_limit{120};

class queued_operation : public operation, public held_run {
public:
    queued_operation(std::unique_ptr<device_queue> queue, std::string_view name,
                     std::string algorithm);

    void execute() final;
    [[nodiscard]] held_run* held() noexcept final { return this; }
    [[nodiscard]] std::string_view algorithm() const noexcept final { return algorithm_; }

    /// The first time, it executes once before: kernels are loaded when they are first launched,
    /// which may wait for a stream that is held. What does not fit behind the hold is queued after
    /// the release.
    void arm(std::uint32_t operations) final;
    void release() noexcept final;
    [[nodiscard]] double finish_ns() final;

    /// How long executions may take; for tests.
    void limit_work(std::chrono::nanoseconds limit) noexcept { limit_ = limit; }

protected:
    [[nodiscard]] device_queue& queue() noexcept { return *queue_; }

    /// Queues one execution.
    virtual void launch() = 0;
    /// Launches of one execution in one lane; 0: the host takes part in them, so that none may be
    /// queued behind a hold.
    [[nodiscard]] virtual int launches() const noexcept { return 1; }
    /// Streams that `launch` uses.
    [[nodiscard]] virtual int lanes() const noexcept { return 1; }
    /// After the device is done: throws wrong_data_error where the result is seen to be wrong.
    virtual void check() {}
    /// Before `execute` returns: when other ranks' parts are done too.
    virtual void meet() {}

private:
    void mark_end();
    template <typename Done>
    void wait(const char* what, const Done& done);

    std::unique_ptr<device_queue> queue_;
    std::string_view name_;
    std::string algorithm_;
    std::chrono::nanoseconds limit_ = work_limit;
    std::uint32_t left_ = 0;  ///< of the armed executions, not queued yet
    bool executed_ = false;
};

}  // namespace railgauge::cuda
