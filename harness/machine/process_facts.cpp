// What system calls say about this process.

#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/statvfs.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>

#include "harness/machine/checks.hpp"

namespace railgauge {
namespace {

bool memfd_works() {
    const int descriptor = memfd_create("railgauge-check", MFD_CLOEXEC);
    if (descriptor < 0) return false;
    bool works = ftruncate(descriptor, 4096) == 0;
    if (works) {
        void* const area = mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
        works = area != MAP_FAILED;
        if (works) munmap(area, 4096);
    }
    close(descriptor);
    return works;
}

/// MPI libraries and UCX copy large messages between processes with this call. A child that sleeps
/// is the peer: what holds for it holds for the ranks that are forked.
bool peer_memory_is_readable() {
    static volatile int word = 0;
    const pid_t child = fork();
    if (child < 0) return false;
    if (child == 0) {
        for (;;) pause();
    }
    int copy = -1;
    iovec here{&copy, sizeof copy};
    iovec there{const_cast<int*>(&word), sizeof copy};
    const bool readable = process_vm_readv(child, &here, 1, &there, 1, 0) == sizeof copy;
    kill(child, SIGKILL);
    while (waitpid(child, nullptr, 0) < 0 && errno == EINTR) {
    }
    return readable;
}

}  // namespace

process_facts read_process_facts() {
    process_facts facts;
    cpu_set_t set;
    CPU_ZERO(&set);
    if (sched_getaffinity(0, sizeof set, &set) == 0) {
        facts.usable_cpus = CPU_COUNT(&set);
        // Asking for what already holds changes nothing, and shows whether it may be asked.
        facts.can_pin = sched_setaffinity(0, sizeof set, &set) == 0;
    } else {
        facts.usable_cpus = static_cast<int>(sysconf(_SC_NPROCESSORS_ONLN));
        facts.can_pin = false;
    }
    rlimit limit{};
    if (getrlimit(RLIMIT_MEMLOCK, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY) {
        facts.locked_memory_bytes = limit.rlim_cur;
    }
    facts.memfd = memfd_works();
    facts.peer_memory = peer_memory_is_readable();
    struct statvfs shm {};
    if (statvfs("/dev/shm", &shm) == 0) {
        facts.shm_free_bytes = std::uint64_t{shm.f_bavail} * shm.f_frsize;
    }
    facts.privileged = geteuid() == 0;
    return facts;
}

}  // namespace railgauge
