// Starting another program (mpiexec, or railgauge itself) as a child.
#pragma once

#include <signal.h>
#include <sys/types.h>

#include <string>
#include <utility>
#include <vector>

namespace railgauge {

/// Forks a child that becomes `words` (the program first: a path, or a name in PATH) with these
/// variables added to its environment, `mask` as its blocked signals and the usual answers to those
/// that end a process. What it prints goes to `output`, unless that is -1. It has a process group
/// of its own, so that a terminal's Ctrl-C goes to the caller alone, no standard input, and dies
/// with the caller. Returns its pid; throws system_error where fork fails. A program that cannot be
/// started leaves with status 127.
[[nodiscard]] pid_t start_launcher(
    std::vector<std::string> words,
    const std::vector<std::pair<std::string, std::string>>& environment, const sigset_t& mask,
    int output = -1);

}  // namespace railgauge
