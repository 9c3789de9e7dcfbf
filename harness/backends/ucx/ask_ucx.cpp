#include "harness/backends/ucx/ask_ucx.hpp"

#include <dlfcn.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>

#include "harness/base/error.hpp"
#include "harness/launch/process.hpp"

namespace railgauge::ucx {
namespace {

constexpr const char* library_name = "libucp.so.0";
constexpr int answer_limit_ms = 10'000;

/// The version with a `+` in front, or dlerror's words with a `-`.
std::string answer_of(void* library) {
    if (library == nullptr) {
        const char* words = ::dlerror();
        return std::string("-") + (words != nullptr ? words : "it cannot be opened");
    }
    const auto version =
        reinterpret_cast<const char* (*)()>(::dlsym(library, "ucp_get_version_string"));
    return version != nullptr ? std::string("+") + version()
                              : std::string("-") + library_name + " has no version";
}

[[noreturn]] void answer(int to) {
    // What the library's constructors say is not for the user of `list`.
    const int nowhere = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
    ::dup2(nowhere, STDOUT_FILENO);
    ::dup2(nowhere, STDERR_FILENO);
    const std::string text = answer_of(::dlopen(library_name, RTLD_NOW | RTLD_LOCAL));
    const ssize_t written = ::write(to, text.data(), text.size());
    ::_exit(written == static_cast<ssize_t>(text.size()) ? 0 : 1);
}

std::string read_answer(int from) {
    std::string text;
    std::array<char, 512> piece{};
    pollfd ready{.fd = from, .events = POLLIN, .revents = 0};
    while (::poll(&ready, 1, answer_limit_ms) > 0) {
        const ssize_t got = ::read(from, piece.data(), piece.size());
        if (got <= 0) {
            break;
        }
        text.append(piece.data(), static_cast<std::size_t>(got));
    }
    return text;
}

ucx_answer understood(const std::string& text) {
    if (text.empty()) {
        return {{}, std::string(library_name) + " crashed or hung while it was loaded"};
    }
    return text[0] == '+' ? ucx_answer{text.substr(1), {}} : ucx_answer{{}, text.substr(1)};
}

}  // namespace

ucx_answer ask_ucx() {
    if (void* open = ::dlopen(library_name, RTLD_NOW | RTLD_NOLOAD)) {
        const std::string text = answer_of(open);
        ::dlclose(open);
        return understood(text);
    }
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
        answer(ends[1]);
    }
    const int cause = errno;
    ::close(ends[1]);
    std::string text;
    if (child > 0) {
        text = read_answer(ends[0]);
        ::kill(child, SIGKILL);
        ::waitpid(child, nullptr, 0);
    }
    ::close(ends[0]);
    return child > 0 ? understood(text) : ucx_answer{{}, system_error("fork", cause).what()};
}

}  // namespace railgauge::ucx
