#include "harness/launch/watched_child.hpp"

#include <signal.h>
#include <sys/wait.h>

#include <cerrno>
#include <cstring>

#include "harness/base/error.hpp"
#include "harness/base/exit_status.hpp"
#include "harness/launch/board.hpp"
#include "harness/launch/launcher_process.hpp"

namespace railgauge {
namespace {

// A child's end and an interrupt wake at once; the rest is only for what came in between.
constexpr timespec tick{0, 200'000'000};

class blocked_child_signal {
public:
    blocked_child_signal() {
        sigemptyset(&set_);
        sigaddset(&set_, SIGCHLD);
        ::sigprocmask(SIG_BLOCK, &set_, &before_);
    }
    ~blocked_child_signal() { ::sigprocmask(SIG_SETMASK, &before_, nullptr); }
    blocked_child_signal(const blocked_child_signal&) = delete;
    blocked_child_signal& operator=(const blocked_child_signal&) = delete;

    void wait() const noexcept { (void)::sigtimedwait(&set_, nullptr, &tick); }
    [[nodiscard]] const sigset_t& before() const noexcept { return before_; }

private:
    sigset_t set_{};
    sigset_t before_{};
};

const char* meaning(int status) {
    switch (static_cast<exit_status>(status)) {
        case exit_status::fine: return "fine";
        case exit_status::worse: return "worse than what was expected";
        case exit_status::usage: return "a wrong command line or file";
        case exit_status::cannot: return "the machine cannot do what was asked";
        case exit_status::wrong_data: return "wrong data";
        case exit_status::unfinished: return "a rank or an operation did not finish";
    }
    return status == 127 ? "the program could not be started" : "not one of railgauge's";
}

}  // namespace

child_end run_watched(const child_command& command, const std::atomic<std::uint32_t>& interrupted,
                      interrupt_guard& guard) {
    const blocked_child_signal signals;
    const pid_t child =
        start_launcher(command.words, command.environment, signals.before(), command.output);
    bool told = false;
    int raw = 0;
    for (;;) {
        const pid_t ended = ::waitpid(child, &raw, WNOHANG);
        if (ended == child) break;
        if (ended < 0 && errno != EINTR) throw system_error("waitpid", errno);
        if (interrupted.load() != 0 && !told) {
            told = true;
            ::kill(child, SIGINT);
        }
        if (guard.insisted(monotonic_ns())) ::kill(-child, SIGKILL);
        signals.wait();
    }
    child_end end;
    if (WIFSIGNALED(raw)) {
        end.signal = WTERMSIG(raw);
    } else {
        end.status = WEXITSTATUS(raw);
    }
    return end;
}

std::string describe(const child_end& end) {
    if (end.signal) {
        return "was killed by signal " + std::to_string(*end.signal) + " (" +
               ::strsignal(*end.signal) + ")";
    }
    return "ended with status " + std::to_string(end.status) + " (" + meaning(end.status) + ")";
}

}  // namespace railgauge
