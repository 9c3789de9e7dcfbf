#include "harness/backends/shm/huge_view.hpp"

#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdint>
#include <utility>

namespace railgauge::shm {

namespace {

/// Since Linux 6.1 and 5.14; older headers lack the names, older kernels answer EINVAL.
constexpr int advice_collapse = 25;
constexpr int advice_populate_write = 23;

/// The kernel makes huge pages of shared memory at some tens of MB/s when other programs keep the
/// cores busy: too slow for buffers that take longer to make than to measure.
constexpr std::size_t most_huge_bytes = std::size_t{32} << 20;

}  // namespace

huge_view::huge_view(std::byte* shared, std::size_t bytes) noexcept : data_(shared) {
    if (bytes >= huge_page_bytes && bytes <= most_huge_bytes) {
        const std::size_t span = bytes + huge_page_bytes;
        void* reserved =
            ::mmap(nullptr, span, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        if (reserved != MAP_FAILED) {
            auto* first = static_cast<std::byte*>(reserved);
            const auto misplaced = reinterpret_cast<std::uintptr_t>(first) % huge_page_bytes;
            std::byte* aligned = first + (misplaced == 0 ? 0 : huge_page_bytes - misplaced);
            // An old size of 0 leaves the shared mapping where it is and adds another. The call
            // goes to the kernel directly: UCX (inside of MPI libraries) replaces the C library's
            // function by one that drops the new address.
            const long view = ::syscall(SYS_mremap, shared, std::size_t{0}, bytes,
                                        MREMAP_MAYMOVE | MREMAP_FIXED, aligned);
            if (view == -1) {
                ::munmap(reserved, span);
            } else {
                data_ = aligned;
                mapped_ = first;
                mapped_bytes_ = span;
                ::madvise(aligned, bytes, MADV_HUGEPAGE);
                // Works where transparent huge pages for shared memory are off by default, too.
                ::madvise(aligned, bytes, advice_collapse);
            }
        }
    }
    // Only saves page faults later; without it the first execution is slower.
    if (bytes > 0) {
        ::madvise(data_, bytes, advice_populate_write);
    }
}

huge_view::~huge_view() {
    if (mapped_ != nullptr) {
        ::munmap(mapped_, mapped_bytes_);
    }
}

huge_view::huge_view(huge_view&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)),
      mapped_(std::exchange(other.mapped_, nullptr)),
      mapped_bytes_(std::exchange(other.mapped_bytes_, 0)) {}

}  // namespace railgauge::shm
