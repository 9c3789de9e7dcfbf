// Starting a launcher (mpiexec) as a child.
#pragma once

#include <signal.h>
#include <sys/types.h>

#include <string>
#include <utility>
#include <vector>

namespace railgauge {

/// Forks a child that becomes `words` (the program's path first) with these variables added to its
/// environment, `mask` as its blocked signals and the usual answers to those that end a process. It
/// has a process group of its own, so that a terminal's Ctrl-C goes to the caller alone, no
/// standard input, and dies with the caller. Returns its pid; throws system_error where fork fails.
/// A program that cannot be started leaves with status 127.
[[nodiscard]] pid_t start_launcher(
    std::vector<std::string> words,
    const std::vector<std::pair<std::string, std::string>>& environment, const sigset_t& mask);

}  // namespace railgauge
