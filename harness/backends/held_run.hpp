// Operations whose work a device does, and whose time its own clock tells.
#pragma once

#include <cstdint>
#include <optional>

namespace railgauge {

/// One sample after the other: everything is queued behind a kernel that holds the device's stream,
/// let go at one moment on all ranks, and timed by the device's events from there on. So neither
/// the launches' cost nor the host's scheduling is in the time.
class held_run {
public:
    virtual ~held_run() = default;
    held_run() = default;
    held_run(const held_run&) = delete;
    held_run& operator=(const held_run&) = delete;

    /// Queues `operations` executions back to back behind the hold; does not wait for the device,
    /// but returns only when the hold is in place. The hold gives up by itself after some seconds.
    virtual void arm(std::uint32_t operations) = 0;

    /// Lets go. A store, nothing else.
    virtual void release() noexcept = 0;

    /// Waits for the end, and returns the nanoseconds from the release, as the device saw it, to
    /// the end of the last execution. Throws deadline_error where the hold gave up before the
    /// release, and what the library throws.
    [[nodiscard]] virtual double finish_ns() = 0;

    /// With device_manner::load_processors, after finish_ns: whether the compute load ran until the
    /// sample's end; else none. Whether there is an answer is the same on every rank.
    [[nodiscard]] virtual std::optional<bool> load_covered() const noexcept { return std::nullopt; }
};

}  // namespace railgauge
