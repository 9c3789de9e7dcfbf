// The streams that operations are queued in, with a hold and events around them.
#pragma once

#include <cuda_runtime_api.h>

#include <cstdint>
#include <memory>

namespace railgauge {

/// An interface, so that the logic above it is tested where there is no device.
class device_queue {
public:
    virtual ~device_queue() = default;
    device_queue() = default;
    device_queue(const device_queue&) = delete;
    device_queue& operator=(const device_queue&) = delete;

    /// What is queued in different lanes runs at the same time.
    [[nodiscard]] virtual cudaStream_t stream(int lane = 0) noexcept = 0;

    /// Whether all that was queued has ended. Throws cuda_error where the device failed.
    [[nodiscard]] virtual bool idle() = 0;

    /// Queues the hold of all lanes; what is queued after it waits for `release`, or until it gives
    /// up.
    virtual void hold() = 0;

    /// Whether the device has come to the hold.
    [[nodiscard]] virtual bool holding() = 0;
    virtual void release() noexcept = 0;

    /// Queues the end of what is timed: when all lanes have come so far.
    virtual void mark_end() = 0;

    /// When idle: from the end of the hold to the mark. Throws deadline_error where the hold gave
    /// up before the release.
    [[nodiscard]] virtual double held_ns() = 0;
};

/// On the current device, with so many lanes. Throws cuda_error.
[[nodiscard]] std::unique_ptr<device_queue> make_cuda_queue(int lanes = 1);

}  // namespace railgauge
