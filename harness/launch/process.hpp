// What /proc knows of a process, and keeping processes from being left behind.
#pragma once

#include <sys/types.h>

#include <vector>

namespace railgauge {

/// The state's letter in /proc/<pid>/stat: 'R', 'S', 'D', 'T', 'Z', ...; 0 where there is no such
/// process.
[[nodiscard]] char process_state(pid_t pid) noexcept;

/// No such process, or one that has ended and waits for its parent.
[[nodiscard]] bool process_gone(pid_t pid) noexcept;

/// Stopped by a signal, or held by a debugger.
[[nodiscard]] bool process_stopped(pid_t pid) noexcept;

/// Asleep in a system call that is no waiting for peers (not a futex, poll or yield), as far as the
/// kernel lets us see.
[[nodiscard]] bool process_asleep_elsewhere(pid_t pid) noexcept;

/// In a child just forked: makes it die with `parent`, also when that has died already.
void die_with(pid_t parent) noexcept;

/// While one exists, this process adopts the orphans among its descendants, and the destructor ends
/// every child that was not there at the start, however deep it came from. The process must have no
/// other thread that starts children meanwhile.
class descendant_guard {
public:
    descendant_guard();
    ~descendant_guard();
    descendant_guard(const descendant_guard&) = delete;
    descendant_guard& operator=(const descendant_guard&) = delete;

private:
    std::vector<pid_t> before_;
    int was_reaper_ = 0;
};

}  // namespace railgauge
