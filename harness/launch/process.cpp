#include "harness/launch/process.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

namespace railgauge {

namespace {

/// The first bytes of a file in /proc; empty where it cannot be read. Without streams: the monitor
/// calls this often, and must get on with little when memory is short.
std::array<char, 512> head_of(const char* path) noexcept {
    std::array<char, 512> text{};
    const int fd = ::open(path, O_RDONLY | O_CLOEXEC);
    if (fd >= 0) {
        if (::read(fd, text.data(), text.size() - 1) < 0) {
            text[0] = '\0';
        }
        ::close(fd);
    }
    return text;
}

std::vector<pid_t> children() {
    std::vector<pid_t> found;
    const std::string path = "/proc/self/task/" + std::to_string(::gettid()) + "/children";
    if (std::FILE* file = std::fopen(path.c_str(), "re")) {
        long pid = 0;
        while (std::fscanf(file, "%ld", &pid) == 1) {
            found.push_back(static_cast<pid_t>(pid));
        }
        std::fclose(file);
    }
    return found;
}

}  // namespace

char process_state(pid_t pid) noexcept {
    std::array<char, 40> path{};
    std::snprintf(path.data(), path.size(), "/proc/%ld/stat", static_cast<long>(pid));
    const auto text = head_of(path.data());
    // The name in brackets before the state may itself contain brackets and spaces.
    const char* close = std::strrchr(text.data(), ')');
    return close != nullptr && close[1] == ' ' ? close[2] : '\0';
}

bool process_gone(pid_t pid) noexcept {
    if (::kill(pid, 0) != 0 && errno == ESRCH) {
        return true;
    }
    const char state = process_state(pid);
    return state == 'Z' || state == 'X';
}

bool process_stopped(pid_t pid) noexcept {
    const char state = process_state(pid);
    return state == 'T' || state == 't';
}

bool process_asleep_elsewhere(pid_t pid) noexcept {
    std::array<char, 40> path{};
    std::snprintf(path.data(), path.size(), "/proc/%ld/syscall", static_cast<long>(pid));
    const auto text = head_of(path.data());
    char* end = nullptr;
    const long call = std::strtol(text.data(), &end, 10);
    if (end == text.data() || call < 0) {
        return false;  // "running", not in a call, or not to be seen
    }
    constexpr std::array waiting{
        long{SYS_futex},       long{SYS_ppoll},  long{SYS_pselect6},   long{SYS_sched_yield},
#ifdef SYS_poll
        long{SYS_poll},        long{SYS_select}, long{SYS_epoll_wait},
#endif
        long{SYS_epoll_pwait},
    };
    return std::find(waiting.begin(), waiting.end(), call) == waiting.end();
}

void die_with(pid_t parent) noexcept {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parent) {
        ::_exit(1);
    }
}

descendant_guard::descendant_guard() : before_(children()) {
    ::prctl(PR_GET_CHILD_SUBREAPER, &was_reaper_);
    ::prctl(PR_SET_CHILD_SUBREAPER, 1);
}

descendant_guard::~descendant_guard() {
    // Each round's dead hand their own children over to us, so it takes as many rounds as the
    // family has generations.
    for (bool found = true; found;) {
        found = false;
        for (const pid_t pid : children()) {
            if (std::find(before_.begin(), before_.end(), pid) == before_.end()) {
                ::kill(pid, SIGKILL);
                found = ::waitpid(pid, nullptr, 0) == pid || found;
            }
        }
    }
    ::prctl(PR_SET_CHILD_SUBREAPER, was_reaper_);
}

}  // namespace railgauge
