#include "harness/launch/mpi_modules.hpp"

#include <dlfcn.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>

#include "harness/base/dynamic_library.hpp"
#include "harness/base/error.hpp"
#include "harness/launch/board.hpp"
#include "harness/launch/process.hpp"

namespace railgauge {

namespace {

constexpr std::array flavours{"mpich", "openmpi", "default"};
constexpr std::int64_t answer_limit_ns = 10'000'000'000;

std::string first_line(const std::string& text) {
    return text.substr(0, text.find('\n'));
}

mpi_library& library_in(const dynamic_library& module) {
    auto* make = module.function<mpi_library*()>("railgauge_mpi_library");
    mpi_library* found = make != nullptr ? make() : nullptr;
    if (found == nullptr) {
        throw capability_error(module.path() +
                               " is not an MPI module of railgauge (no railgauge_mpi_library)");
    }
    return *found;
}

/// The child's side of a question: "+version" or "-problem" into the pipe.
[[noreturn]] void answer(const mpi_module& module, int pipe) {
    std::string text;
    try {
        // Never closed: a library's unloading may hang, and this process is about to end.
        static const dynamic_library opened(module.path);
        text = "+" + first_line(library_in(opened).version());
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

std::vector<mpi_module> find_mpi_modules() {
    namespace fs = std::filesystem;
    std::vector<mpi_module> found;
    if (const char* custom = std::getenv("RAILGAUGE_MPI_MODULE"); custom && *custom != '\0') {
        found.push_back({"custom", custom});
    }
    std::error_code ignored;
    const fs::path beside = fs::read_symlink("/proc/self/exe", ignored).parent_path();
    for (const char* flavour : flavours) {
        const std::string name = std::string("railgauge_mpi_") + flavour + ".so";
        for (const fs::path& folder : {beside, beside.parent_path() / "lib" / "railgauge"}) {
            if (fs::exists(folder / name, ignored)) {
                found.push_back({flavour, (folder / name).string()});
                break;
            }
        }
    }
    return found;
}

std::optional<mpi_module> choose_mpi_module(const std::vector<mpi_module>& modules,
                                            const launcher_environment& launcher) {
    for (const std::string& flavour : {std::string("custom"), launcher.flavour}) {
        const auto fits = std::find_if(modules.begin(), modules.end(), [&](const mpi_module& each) {
            return each.flavour == flavour;
        });
        if (fits != modules.end()) {
            return *fits;
        }
    }
    return modules.empty() ? std::nullopt : std::optional(modules.front());
}

mpi_module_answer ask_mpi_module(const mpi_module& module) {
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
        answer(module, ends[1]);
    }
    const int cause = errno;
    ::close(ends[1]);
    std::string text;
    if (child > 0) {
        text = read_all(ends[0], monotonic_ns() + answer_limit_ns);
        ::kill(child, SIGKILL);
        ::waitpid(child, nullptr, 0);
    }
    ::close(ends[0]);
    if (child < 0) {
        return {{}, system_error("fork", cause).what()};
    }
    if (text.empty()) {
        return {{}, "the library crashed or hung while it was loaded from " + module.path};
    }
    return text[0] == '+' ? mpi_module_answer{text.substr(1), {}}
                          : mpi_module_answer{{}, text.substr(1)};
}

mpi_library& open_mpi_module(const mpi_module& module) {
    // For good: MPI libraries register exit handlers and threads in their own code.
    static std::vector<std::unique_ptr<dynamic_library>> opened;
    opened.push_back(std::make_unique<dynamic_library>(module.path));
    return library_in(*opened.back());
}

bool is_open(const mpi_module& module) noexcept {
    void* handle = dlopen(module.path.c_str(), RTLD_LAZY | RTLD_NOLOAD);
    if (handle == nullptr) return false;
    dlclose(handle);  // gives back only the reference that dlopen took
    return true;
}

}  // namespace railgauge
