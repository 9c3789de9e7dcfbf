#include "harness/backends/cuda/host_side_memory.hpp"

#include <cuda_runtime_api.h>
#include <fmt/format.h>
#include <sys/mman.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "harness/backends/cuda/numa_scope.hpp"
#include "harness/backends/cuda_error.hpp"

namespace railgauge::cuda {

host_side_memory::host_side_memory(const device_manner& how, int device_node, std::size_t bytes)
    : bytes_(bytes),
      mapped_bytes_(std::max<std::size_t>(bytes, 1)),
      pinned_(how.host_memory == host_memory_kind::pinned) {
    const bool local = how.host_numa == local_numa;
    const int node = local ? device_node : how.host_numa;
    const numa_scope scope(node, local);
    allocate(how);
    std::memset(data_, 0, mapped_bytes_);  // while the pages are still made where they should be
    description_ = fmt::format("{} memory of {}", name_of(how.host_memory),
                               scope.active() ? fmt::format("node {}", node) : "any node");
}

void host_side_memory::allocate(const device_manner& how) {
    void* at = nullptr;
    if (how.host_memory == host_memory_kind::pageable) {
        at = ::mmap(nullptr, mapped_bytes_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
                    0);
        if (at == MAP_FAILED) {
            throw system_error(fmt::format("mmap of {} bytes", mapped_bytes_), errno,
                               "choose a smaller size");
        }
    } else {
        const cudaError_t code =
            cudaHostAlloc(&at, mapped_bytes_, cudaHostAllocPortable | cudaHostAllocMapped);
        if (code == cudaErrorMemoryAllocation) {
            static_cast<void>(cudaGetLastError());  // else a later launch would report it again
            throw capability_error(
                fmt::format("cudaHostAlloc of {} bytes: the host (or its node) has too little "
                            "memory that can be pinned; choose a smaller size or --host-memory "
                            "pageable",
                            mapped_bytes_));
        }
        check_cuda("cudaHostAlloc", code);
    }
    data_ = static_cast<std::byte*>(at);
}

host_side_memory::~host_side_memory() {
    if (pinned_) {
        static_cast<void>(cudaFreeHost(data_));
    } else {
        ::munmap(data_, mapped_bytes_);
    }
}

}  // namespace railgauge::cuda
