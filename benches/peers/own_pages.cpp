// Preloaded into a peer: what it takes with mmap is written to before it gets it. A program that
// sends memory that it never wrote sends one page of zeros again and again, from the innermost
// cache, and looks faster than any that sends data.
// The peer is ucx_perftest, whose UCX must not replace this function again: UCX_MEM_EVENTS=n.

#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace {

void* map(void* address, size_t bytes, int protection, int flags, int file, off_t offset) {
    constexpr int own = MAP_PRIVATE | MAP_ANONYMOUS;
    if ((flags & own) == own && (protection & PROT_WRITE) != 0) flags |= MAP_POPULATE;
    const long mapped = ::syscall(SYS_mmap, address, bytes, protection, flags, file, offset);
    return reinterpret_cast<void*>(mapped);  // -1 is MAP_FAILED
}

}  // namespace

extern "C" {

void* mmap(void* address, size_t bytes, int protection, int flags, int file, off_t offset) {
    return map(address, bytes, protection, flags, file, offset);
}

void* mmap64(void* address, size_t bytes, int protection, int flags, int file, off_t offset) {
    return map(address, bytes, protection, flags, file, offset);
}
}
