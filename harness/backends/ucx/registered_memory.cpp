#include "harness/backends/ucx/registered_memory.hpp"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <limits>
#include <string>
#include <utility>

namespace railgauge::ucx {
namespace {

constexpr std::size_t huge_page_bytes = std::size_t{1} << 21;
constexpr std::size_t huge_from_bytes = huge_page_bytes / 4;

}  // namespace

registered_memory::registered_memory(std::shared_ptr<session> where, std::size_t bytes)
    : where_(std::move(where)), bytes_(bytes) {
    const auto page_bytes = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
    const bool huge = bytes >= huge_from_bytes;
    const std::size_t alignment = huge ? huge_page_bytes : page_bytes;
    const std::string call = "mmap of " + std::to_string(bytes) + " bytes";
    if (bytes > std::numeric_limits<std::size_t>::max() - 2 * alignment) {
        throw system_error(call, ENOMEM, "choose a smaller size");
    }
    const std::size_t rounded =
        (std::max<std::size_t>(bytes, 1) + alignment - 1) / alignment * alignment;
    mapped_bytes_ = huge ? rounded + alignment : rounded;
    mapping_ =
        ::mmap(nullptr, mapped_bytes_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (mapping_ == MAP_FAILED) {
        throw system_error(call, errno, "choose a smaller size or fewer ranks on this host");
    }
    const auto misplaced = reinterpret_cast<std::uintptr_t>(mapping_) % alignment;
    data_ = static_cast<std::byte*>(mapping_) + (misplaced == 0 ? 0 : alignment - misplaced);
    if (huge) {
        ::madvise(data_, rounded, MADV_HUGEPAGE);  // advice only
    }
    // The first touch is here, on the rank's own core, and not inside a timed operation.
    for (std::size_t at = 0; at < rounded; at += page_bytes) {
        static_cast<volatile std::byte*>(data_)[at] = std::byte{0};
    }
    try {
        register_it();
    } catch (...) {
        release();
        throw;
    }
}

registered_memory::~registered_memory() {
    release();
}

void registered_memory::register_it() {
    if (bytes_ == 0) {
        return;
    }
    ucp_mem_map_params_t wanted{};
    wanted.field_mask = UCP_MEM_MAP_PARAM_FIELD_ADDRESS | UCP_MEM_MAP_PARAM_FIELD_LENGTH;
    wanted.address = data_;
    wanted.length = bytes_;
    check_ucx("ucp_mem_map", ucp().mem_map(where_->context(), &wanted, &handle_),
              "is the limit of locked memory (ulimit -l) too low?");
}

void registered_memory::release() noexcept {
    if (handle_ != nullptr) {
        ucp().mem_unmap(where_->context(), handle_);
        handle_ = nullptr;
    }
    ::munmap(mapping_, mapped_bytes_);
}

}  // namespace railgauge::ucx
