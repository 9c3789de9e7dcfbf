// Collective calls of the processes of one host through shared memory.
//
// A call is a sequence of steps; a step is: write into the step's buffer, barrier, read from it.
// Two buffers take turns, so that one barrier a step is enough: who writes for step s + 2 has
// passed the barrier of s + 1, where everyone came after reading what step s held.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>

namespace railgauge {

class exchange {
public:
    /// Shared memory for `ranks` processes, zeroed before the first use.
    [[nodiscard]] static std::size_t bytes_for(int ranks) noexcept;

    /// `memory` holds bytes_for(ranks). `while_waiting` is called about every 50 ms of a wait; what
    /// it throws leaves the call, after which this exchange cannot be used any more. A wait that
    /// sleeps does what is owed (owed_work.hpp).
    /// `oversubscribed`: more processes than cores, so that waits give way at once.
    exchange(std::byte* memory, int rank, int ranks, bool oversubscribed,
             std::function<void()> while_waiting);

    /// As in world.
    void barrier();
    void broadcast(std::span<std::byte> data, int root);
    void gather(std::span<const std::byte> mine, std::span<std::byte> all, int root);
    void reduce_max(std::span<double> values, std::span<std::int32_t> owners);

private:
    struct control;
    /// The buffer of the coming step: ranks x slot_bytes.
    [[nodiscard]] std::byte* step_buffer() noexcept;
    void wait_for(std::uint32_t generation);

    control* control_;
    std::byte* buffers_;
    int rank_;
    int ranks_;
    bool oversubscribed_;
    std::function<void()> while_waiting_;
    std::uint32_t step_ = 0;
};

}  // namespace railgauge
