#include "harness/backends/mpi/mpi_probe.hpp"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <exception>
#include <string_view>

#include "harness/base/dynamic_library.hpp"
#include "harness/base/error.hpp"
#include "harness/launch/mpi_library.hpp"

namespace railgauge {
namespace {

// The first byte says which of the two texts follows.
constexpr char version_mark = 'v';
constexpr char failure_mark = 'f';

std::string ask(const std::string& module_path) {
    try {
        const dynamic_library module(module_path);
        auto* const factory = module.function<mpi_library*()>("railgauge_mpi_library");
        if (factory == nullptr) return failure_mark + module_path + " is not a module of railgauge";
        return version_mark + factory()->version();
    } catch (const std::exception& failure) {
        return failure_mark + std::string(failure.what());
    }
}

void write_all(int file, std::string_view text) noexcept {
    while (!text.empty()) {
        const ssize_t written = write(file, text.data(), text.size());
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return;  // the parent sees a short answer
        text.remove_prefix(static_cast<std::size_t>(written));
    }
}

std::string read_all(int file) {
    std::string text;
    std::array<char, 1024> part{};
    for (;;) {
        const ssize_t got = read(file, part.data(), part.size());
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return text;
        text.append(part.data(), static_cast<std::size_t>(got));
    }
}

}  // namespace

mpi_probe_result probe_mpi_module(const std::string& module_path) {
    std::array<int, 2> ends{};
    if (pipe2(ends.data(), O_CLOEXEC) != 0) {
        throw system_error("pipe2", errno, "raise the limit of open files");
    }
    const pid_t child = fork();
    if (child < 0) {
        const int cause = errno;
        close(ends[0]);
        close(ends[1]);
        throw system_error("fork", cause, "raise the limit of processes");
    }
    if (child == 0) {
        close(ends[0]);
        write_all(ends[1], ask(module_path));
        _exit(0);  // no destructors: they are the parent's
    }
    close(ends[1]);
    const std::string answer = read_all(ends[0]);
    close(ends[0]);
    int status = 0;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    if (answer.starts_with(version_mark)) return {.version = answer.substr(1), .failure = {}};
    if (answer.starts_with(failure_mark)) return {.version = {}, .failure = answer.substr(1)};
    return {.version = {},
            .failure = "loading " + module_path + " ended the process that tried (" +
                       (WIFSIGNALED(status) ? "signal " + std::to_string(WTERMSIG(status))
                                            : "status " + std::to_string(WEXITSTATUS(status))) +
                       ")"};
}

}  // namespace railgauge
