// What a rank owes its peers after its own part of an operation: messages that its library has
// taken, but moves only when it is asked. While the rank waits in a world it has to ask, or a peer
// never gets the last of them.
#pragma once

#include <chrono>
#include <functional>

namespace railgauge {

/// While it lives, waits of this thread in a world do `work` now and then. Made and destroyed by
/// the same thread; `work` does not throw, and calls nothing collective.
class owed_work {
public:
    explicit owed_work(std::function<void()> work);
    ~owed_work();
    owed_work(const owed_work&) = delete;
    owed_work& operator=(const owed_work&) = delete;

    /// All that there is in this thread.
    static void run();
    [[nodiscard]] static bool any() noexcept;

private:
    std::function<void()> work_;
};

/// How long a wait may sleep before it looks up again: short at first where work may be owed,
/// longer and longer while nothing comes.
class wait_slices {
public:
    static constexpr std::chrono::nanoseconds longest = std::chrono::milliseconds(50);

    [[nodiscard]] std::chrono::nanoseconds next() noexcept;

private:
    std::chrono::nanoseconds last_{0};
};

}  // namespace railgauge
