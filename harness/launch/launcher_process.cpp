#include "harness/launch/launcher_process.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <iostream>

#include "harness/base/error.hpp"
#include "harness/launch/process.hpp"

namespace railgauge {

pid_t start_launcher(std::vector<std::string> words,
                     const std::vector<std::pair<std::string, std::string>>& environment,
                     const sigset_t& mask, int output) {
    std::vector<char*> argv;
    argv.reserve(words.size() + 1);
    for (std::string& word : words) {
        argv.push_back(word.data());
    }
    argv.push_back(nullptr);
    std::fflush(nullptr);
    std::cout.flush();
    const pid_t parent = ::getpid();
    const pid_t child = ::fork();
    if (child < 0) {
        throw system_error("fork of " + words.front(), errno, "raise the limit on processes");
    }
    if (child > 0) {
        return child;
    }
    die_with(parent);
    ::setpgid(0, 0);
    const int nothing = ::open("/dev/null", O_RDONLY);
    ::dup2(nothing, STDIN_FILENO);
    if (output >= 0) {
        ::dup2(output, STDOUT_FILENO);
        ::dup2(output, STDERR_FILENO);
    }
    ::sigprocmask(SIG_SETMASK, &mask, nullptr);
    for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGPIPE}) {
        ::signal(number, SIG_DFL);
    }
    for (const auto& [name, value] : environment) {
        ::setenv(name.c_str(), value.c_str(), 1);
    }
    ::execvp(argv[0], argv.data());
    ::_exit(127);
}

}  // namespace railgauge
