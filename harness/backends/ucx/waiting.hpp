// How a rank waits for messages.
#pragma once

#include <cstdint>

namespace railgauge::ucx {

/// A rank with a core of its own polls: nothing is faster. One that shares its core gives it away,
/// and sleeps soon, because the rank that it waits for, or the kernel that brings the message, may
/// need it. Whether ranks of this host share cores follows from their masks; that other programs
/// use the core, which no mask shows, from how long it stays away when it is offered.
class waiting {
public:
    enum class step : std::uint8_t { poll, yield, sleep };

    /// `crowded`: the ranks of this host outnumber its cores.
    explicit waiting(bool crowded) noexcept;

    /// After how many empty questions in a row `next` is to be asked.
    [[nodiscard]] std::uint32_t spins() const noexcept { return spins_; }

    /// What to do before the next question, the `count`th time in a row, from 1.
    [[nodiscard]] step next(std::uint32_t count) noexcept;

    /// The core was offered to others and came back after so many nanoseconds.
    void yielded(std::int64_t ns) noexcept;

private:
    bool crowded_;
    std::uint32_t spins_;
    std::int64_t least_ns_ = INT64_MAX / 4;  ///< that a yield took: a system call, nothing else
    std::int64_t idle_since_ns_ = 0;
    int shared_ = 0;  ///< long yields beyond short ones, within limits
};

}  // namespace railgauge::ucx
