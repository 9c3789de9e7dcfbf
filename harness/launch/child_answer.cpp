#include "harness/launch/child_answer.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>

#include "harness/base/error.hpp"
#include "harness/launch/board.hpp"
#include "harness/launch/process.hpp"

namespace railgauge {

namespace {

/// "+text" or "-problem" into the pipe.
[[noreturn]] void answer(const std::function<std::string()>& ask, int pipe) {
    const int nowhere = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
    ::dup2(nowhere, STDOUT_FILENO);
    ::dup2(nowhere, STDERR_FILENO);
    std::string text;
    try {
        text = "+" + ask();
    } catch (const std::exception& failure) {
        text = std::string("-") + failure.what();
    }
    const ssize_t written = ::write(pipe, text.data(), text.size());
    ::_exit(written < 0 ? 1 : 0);
}

std::string read_all(int pipe, std::int64_t until_ns) {
    std::string text;
    std::array<char, 512> part{};
    for (;;) {
        const std::int64_t left_ns = until_ns - monotonic_ns();
        pollfd wait{pipe, POLLIN, 0};
        const int ready = left_ns <= 0 ? 0 : ::poll(&wait, 1, static_cast<int>(left_ns / 1000000));
        if (ready < 0 && errno == EINTR) {
            continue;
        }
        const ssize_t got = ready > 0 ? ::read(pipe, part.data(), part.size()) : 0;
        if (got <= 0) {
            return text;
        }
        text.append(part.data(), static_cast<std::size_t>(got));
    }
}

}  // namespace

child_answer ask_in_child(const std::function<std::string()>& ask, std::chrono::nanoseconds limit) {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
        return {{}, system_error("pipe2", errno).what()};
    }
    std::fflush(nullptr);
    const pid_t parent = ::getpid();
    const pid_t child = ::fork();
    if (child == 0) {
        die_with(parent);
        ::close(ends[0]);
        answer(ask, ends[1]);
    }
    const int cause = errno;
    ::close(ends[1]);
    std::string text;
    if (child > 0) {
        text = read_all(ends[0], monotonic_ns() + limit.count());
        ::kill(child, SIGKILL);
        ::waitpid(child, nullptr, 0);
    }
    ::close(ends[0]);
    if (child < 0) {
        return {{}, system_error("fork", cause).what()};
    }
    if (text.empty()) {
        return {{}, "it crashed or hung while it was loaded"};
    }
    return text[0] == '+' ? child_answer{text.substr(1), {}} : child_answer{{}, text.substr(1)};
}

}  // namespace railgauge
