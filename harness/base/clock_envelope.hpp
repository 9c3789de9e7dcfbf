// How far apart two ranks' clocks are, bounded by what messages between them prove.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>

namespace railgauge {

/// The SKaMPI envelope (Hoefler, Schneider, Lumsdaine, "Accurately Measuring Collective Operations
/// at Massive Scale", 2008; Worsch et al., 2002). Each exchange reads the local clock, then the
/// remote one, then the local one again; since the remote reading lies between the local ones,
/// remote - local is at least remote - local_after and at most remote - local_before. The tightest
/// of all such bounds is the envelope.
class clock_envelope {
public:
    /// Ticks; differences are taken modulo 2^64 and must be below 2^63.
    void add(std::uint64_t local_before, std::uint64_t remote, std::uint64_t local_after) noexcept;

    [[nodiscard]] std::uint64_t exchanges() const noexcept { return exchanges_; }
    /// remote - local in ticks: the middle of the envelope; 0 without exchanges.
    [[nodiscard]] double offset() const noexcept;
    /// Half of the envelope's width in ticks; infinite without exchanges. 0 where the bounds
    /// contradict each other (see `contradicts`).
    [[nodiscard]] double error() const noexcept;
    /// What may be wrong when the clocks are taken as one: |offset| + error.
    [[nodiscard]] double residual() const noexcept;
    /// No one offset fits all exchanges: a clock drifted or stepped meanwhile.
    [[nodiscard]] bool contradicts() const noexcept { return exchanges_ > 0 && low_ > high_; }

private:
    std::int64_t low_ = 0;
    std::int64_t high_ = 0;
    std::uint64_t exchanges_ = 0;
};

/// Words in shared memory over which two processes of one host compare their clocks. Zeroed before
/// the first use; `request` and `reply` keep counting, so the words serve any number of times as
/// long as both sides use them equally often.
struct clock_exchange {
    alignas(64) std::atomic<std::uint64_t> request{0};
    alignas(64) std::atomic<std::uint64_t> reply{0};
    std::uint64_t remote_ticks = 0;  ///< beside `reply`, which publishes it
};

/// The asking side: `rounds` exchanges with the process that runs answer_clock with the same
/// number. Spins, then yields the processor, so it works with more ranks than cores. Throws
/// deadline_error where the other side does not answer within `limit`.
[[nodiscard]] clock_envelope ask_clock(clock_exchange& words, int rounds,
                                       std::chrono::nanoseconds limit = std::chrono::seconds(10));

/// The answering side.
void answer_clock(clock_exchange& words, int rounds,
                  std::chrono::nanoseconds limit = std::chrono::seconds(10));

}  // namespace railgauge
