#include "harness/backends/device_memory.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "harness/backends/cuda_error.hpp"
#include "harness/backends/device_choice.hpp"
#include "kernels/device_pattern.hpp"

namespace railgauge {
namespace {

device_block cuda_block(int device, std::size_t bytes) {
    const device_scope here(device);
    void* at = nullptr;
    const cudaError_t code = cudaMalloc(&at, bytes);
    if (code == cudaErrorMemoryAllocation) {
        static_cast<void>(cudaGetLastError());  // else a later launch would report it again
        std::size_t unused = 0;
        std::size_t all = 0;
        check_cuda("cudaMemGetInfo", cudaMemGetInfo(&unused, &all));
        throw capability_error(fmt::format(
            "cudaMalloc of {} bytes: the GPU has {} of {} bytes free; choose a smaller size", bytes,
            unused, all));
    }
    check_cuda("cudaMalloc", code);
    return {static_cast<std::byte*>(at), bytes, [at] { static_cast<void>(cudaFree(at)); }};
}

}  // namespace

verification_desk::verification_desk() : device_(current_device()) {
    try {
        check_cuda("cudaStreamCreateWithFlags",
                   cudaStreamCreateWithFlags(&stream_, cudaStreamNonBlocking));
        void* at = nullptr;
        check_cuda("cudaMalloc", cudaMalloc(&at, sizeof *on_device_));
        on_device_ = static_cast<device_verdict*>(at);
        check_cuda("cudaMallocHost", cudaMallocHost(&at, sizeof *on_host_));
        on_host_ = static_cast<device_verdict*>(at);
    } catch (...) {
        free();
        throw;
    }
}

verification_desk::~verification_desk() {
    free();
}

// At the process's end the driver may be gone already: nothing is to be done about errors.
void verification_desk::free() noexcept {
    if (on_host_ != nullptr) static_cast<void>(cudaFreeHost(on_host_));
    if (on_device_ != nullptr) static_cast<void>(cudaFree(on_device_));
    if (stream_ != nullptr) static_cast<void>(cudaStreamDestroy(stream_));
}

void verification_desk::finish() const {
    check_cuda("cudaStreamSynchronize", cudaStreamSynchronize(stream_));
}

device_verdict verification_desk::take_verdict() const {
    check_cuda("cudaMemcpyAsync", cudaMemcpyAsync(on_host_, on_device_, sizeof *on_host_,
                                                  cudaMemcpyDeviceToHost, stream_));
    finish();
    return *on_host_;
}

device_memory::device_memory(std::shared_ptr<const verification_desk> desk, std::size_t bytes)
    : device_memory(desk, bytes, cuda_block(desk->device(), std::max<std::size_t>(bytes, 1))) {}

device_memory::device_memory(std::shared_ptr<const verification_desk> desk, std::size_t bytes,
                             device_block block)
    : desk_(std::move(desk)), block_(std::move(block)), bytes_(bytes) {
    try {
        clear();
    } catch (...) {
        block_.give_back();
        throw;
    }
}

device_memory::~device_memory() {
    block_.give_back();
}

void device_memory::clear() const {
    const device_scope here(desk_->device());
    check_cuda("cudaMemsetAsync", cudaMemsetAsync(block_.at, 0, block_.bytes, desk_->stream()));
    desk_->finish();
}

void device_memory::fill_pattern(const data_pattern& pattern, std::int32_t rank,
                                 std::uint64_t first, std::uint64_t offset, std::uint64_t bytes) {
    if (bytes == 0) return;
    const device_scope here(desk_->device());
    check_cuda(
        "launch of the pattern's kernel",
        launch_fill_pattern(pattern, rank, first, {block_.at + offset, bytes}, desk_->stream()));
    desk_->finish();
}

void device_memory::fill_poison(std::uint64_t offset, std::uint64_t bytes) {
    if (bytes == 0) return;
    const device_scope here(desk_->device());
    check_cuda("launch of the poison's kernel",
               launch_fill_poison({block_.at + offset, bytes}, desk_->stream()));
    desk_->finish();
}

std::optional<mismatch> device_memory::verify_pattern(const data_pattern& pattern,
                                                      std::int32_t rank, std::uint64_t first,
                                                      std::uint64_t offset, std::uint64_t bytes) {
    if (bytes == 0) return std::nullopt;
    const device_scope here(desk_->device());
    check_cuda("launch of the verification's kernel",
               launch_verify_pattern(pattern, rank, first, {block_.at + offset, bytes},
                                     desk_->verdict(), desk_->stream()));
    return mismatch_of(desk_->take_verdict(), pattern, rank, first);
}

std::optional<mismatch> device_memory::verify_expected(const data_pattern& pattern,
                                                       std::uint64_t first, std::uint64_t offset,
                                                       std::uint64_t bytes) {
    if (bytes == 0) return std::nullopt;
    const device_scope here(desk_->device());
    check_cuda("launch of the verification's kernel",
               launch_verify_expected(pattern, first, {block_.at + offset, bytes}, desk_->verdict(),
                                      desk_->stream()));
    return mismatch_of(desk_->take_verdict(), pattern, std::nullopt, first);
}

}  // namespace railgauge
