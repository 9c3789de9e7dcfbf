#include "harness/launch/host_identity.hpp"

#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <fstream>

namespace railgauge {

namespace {

std::string namespace_id(const char* path) {
    struct stat status {};
    return ::stat(path, &status) == 0 ? std::to_string(status.st_ino) : std::string();
}

}  // namespace

host_identity host_identity::here() {
    host_identity mine;
    std::array<char, HOST_NAME_MAX + 1> name{};
    ::gethostname(name.data(), name.size() - 1);
    mine.name = name.data();
    std::ifstream("/proc/sys/kernel/random/boot_id") >> mine.boot_id;
    mine.pid_namespace = namespace_id("/proc/self/ns/pid");
    mine.ipc_namespace = namespace_id("/proc/self/ns/ipc");
    return mine;
}

}  // namespace railgauge
