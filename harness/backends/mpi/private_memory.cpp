#include "harness/backends/mpi/private_memory.hpp"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <limits>
#include <string>

#include "harness/base/error.hpp"

namespace railgauge {
namespace {

constexpr std::size_t huge_page_bytes = std::size_t{2} << 20U;

}  // namespace

private_memory::private_memory(std::size_t bytes) : bytes_(bytes) {
    const auto page_bytes = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
    const bool huge = bytes >= huge_page_bytes;
    const std::size_t alignment = huge ? huge_page_bytes : page_bytes;
    const std::string call = "mmap of " + std::to_string(bytes) + " bytes";
    if (bytes > std::numeric_limits<std::size_t>::max() - 2 * alignment) {
        throw system_error(call, ENOMEM, "choose a smaller size");
    }
    const std::size_t rounded =
        (std::max<std::size_t>(bytes, 1) + alignment - 1) & ~(alignment - 1);
    mapped_bytes_ = huge ? rounded + alignment : rounded;
    mapping_ =
        mmap(nullptr, mapped_bytes_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (mapping_ == MAP_FAILED) {
        throw system_error(call, errno, "choose a smaller size or fewer ranks on this host");
    }
    const auto address = reinterpret_cast<std::uintptr_t>(mapping_);
    const std::uintptr_t aligned = (address + alignment - 1) & ~(alignment - 1);
    data_ = static_cast<std::byte*>(mapping_) + (aligned - address);
    // Advice only: without huge pages everything works, a little slower.
    if (huge) madvise(data_, rounded, MADV_HUGEPAGE);
    // The first touch is here, on the rank's own core, and not inside a timed operation.
    for (std::size_t at = 0; at < rounded; at += page_bytes) {
        static_cast<volatile std::byte*>(data_)[at] = std::byte{0};
    }
}

private_memory::~private_memory() {
    munmap(mapping_, mapped_bytes_);
}

}  // namespace railgauge
