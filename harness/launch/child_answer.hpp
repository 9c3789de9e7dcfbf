// A question that only a child process may ask: opening a foreign library runs its constructors,
// which may start threads, print, crash or hang, and a process that has done so must not fork.
#pragma once

#include <chrono>
#include <functional>
#include <string>

namespace railgauge {

struct child_answer {
    std::string text;     ///< what `ask` returned
    std::string failure;  ///< what it threw, or that it crashed or hung; empty where it answered
};

/// Runs `ask` in a child, whose output goes nowhere, and kills it after `limit`. Throws nothing;
/// the caller must not have threads.
[[nodiscard]] child_answer ask_in_child(const std::function<std::string()>& ask,
                                        std::chrono::nanoseconds limit = std::chrono::seconds(10));

}  // namespace railgauge
