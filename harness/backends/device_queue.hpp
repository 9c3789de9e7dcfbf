// The streams that operations are queued in, with a hold and events around them.
#pragma once

#include <cuda_runtime_api.h>

#include <functional>
#include <memory>

namespace railgauge {

/// Work that was captured, to be queued again and again.
class device_graph {
public:
    virtual ~device_graph() = default;
    device_graph() = default;
    device_graph(const device_graph&) = delete;
    device_graph& operator=(const device_graph&) = delete;

    /// Into the first stream. Throws cuda_error.
    virtual void launch() = 0;
};

/// The first stream is held, timed and waited for; what the others do begins and ends with it
/// where `fork` and `join` are queued around it. An interface, so that the logic above it is tested
/// where there is no device.
class device_queue {
public:
    virtual ~device_queue() = default;
    device_queue() = default;
    device_queue(const device_queue&) = delete;
    device_queue& operator=(const device_queue&) = delete;

    /// Makes sure that there are so many streams. Throws cuda_error.
    virtual void widen(int streams) = 0;
    [[nodiscard]] virtual cudaStream_t stream(int which = 0) noexcept = 0;

    /// Queues: the other streams of the first `streams` wait for what the first one has before it.
    virtual void fork(int streams) = 0;
    /// Queues: the first stream waits for what those others have before it.
    virtual void join(int streams) = 0;

    /// What `work` queues in the first stream, and in others between a fork and a join, is written
    /// down instead of executed. `work` neither waits for the device nor allocates. Throws
    /// cuda_error and what `work` throws; the first stream is then as it was.
    [[nodiscard]] virtual std::unique_ptr<device_graph> capture(
        const std::function<void()>& work) = 0;

    /// Whether all that was queued in the first stream has ended. Throws cuda_error where the
    /// device failed.
    [[nodiscard]] virtual bool idle() = 0;

    /// Queues the hold; what is queued after it in the first stream waits for `release`, or until
    /// it gives up.
    virtual void hold() = 0;

    /// Whether the stream has come to the hold.
    [[nodiscard]] virtual bool holding() = 0;
    virtual void release() noexcept = 0;

    /// Queues the end of what is timed.
    virtual void mark_end() = 0;

    /// When idle: from the end of the hold to the mark. Throws deadline_error where the hold gave
    /// up before the release.
    [[nodiscard]] virtual double held_ns() = 0;
};

/// On the device that is current now; its calls may be made while another one is. Throws
/// cuda_error.
[[nodiscard]] std::unique_ptr<device_queue> make_cuda_queue();

}  // namespace railgauge
