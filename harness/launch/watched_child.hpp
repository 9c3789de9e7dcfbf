// Another program as a child, from start to end, under a user who may interrupt.
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "harness/launch/signals.hpp"

namespace railgauge {

struct child_command {
    std::vector<std::string> words;  ///< the program first: a path, or a name in PATH
    std::vector<std::pair<std::string, std::string>> environment;  ///< added to this process's
    int output = -1;  ///< a descriptor for what it prints; -1: this process's own
};

struct child_end {
    int status = 0;             ///< as it left; 127 where the program could not be started
    std::optional<int> signal;  ///< that killed it
};

/// Runs the child and waits. The user's interrupts, which `guard` notes in `interrupted`, are
/// passed on to the child as SIGINT once, so that it ends in good order; a second one kills its
/// process group. Throws system_error where there is no process for it.
[[nodiscard]] child_end run_watched(const child_command& command,
                                    const std::atomic<std::uint32_t>& interrupted,
                                    interrupt_guard& guard);

/// "was killed by signal 9 (Killed)", "ended with status 5 (a rank or an operation did not
/// finish)".
[[nodiscard]] std::string describe(const child_end& end);

}  // namespace railgauge
