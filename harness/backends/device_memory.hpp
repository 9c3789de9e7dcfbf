// Memory of a GPU, filled and verified by kernels.
#pragma once

#include <cuda_runtime_api.h>

#include <cstddef>
#include <functional>
#include <memory>

#include "harness/backends/memory.hpp"
#include "kernels/device_verdict.hpp"

namespace railgauge {

/// A stream for the kernels that fill and verify, and where they leave their verdict. All memories
/// of a communicator share one. On the device that is current when it is made.
class verification_desk {
public:
    /// Throws cuda_error.
    verification_desk();
    ~verification_desk();
    verification_desk(const verification_desk&) = delete;
    verification_desk& operator=(const verification_desk&) = delete;

    [[nodiscard]] int device() const noexcept { return device_; }
    [[nodiscard]] cudaStream_t stream() const noexcept { return stream_; }
    [[nodiscard]] device_verdict* verdict() const noexcept { return on_device_; }

    /// Waits for what was queued. Throws cuda_error.
    void finish() const;
    /// Waits too, and returns what the verification left.
    [[nodiscard]] device_verdict take_verdict() const;

private:
    void free() noexcept;

    int device_ = 0;
    cudaStream_t stream_ = nullptr;
    device_verdict* on_device_ = nullptr;
    device_verdict* on_host_ = nullptr;  ///< pinned
};

/// Memory of a device from anywhere, with what is to be done before it goes.
struct device_block {
    std::byte* at = nullptr;
    std::size_t bytes = 0;
    /// Called once; throws nothing. What it owns goes with it: it is destroyed after the call.
    std::function<void()> give_back;
};

/// On the device of its desk, whichever is current. By cudaMalloc, which aligns to 256 bytes, where
/// nothing else is given.
class device_memory final : public memory {
public:
    /// Zeroed; 0 bytes gives a valid address. Throws capability_error where the device has too
    /// little memory, with how much is free, and cuda_error.
    device_memory(std::shared_ptr<const verification_desk> desk, std::size_t bytes);
    /// Takes the block over, of which `bytes` are used. Zeroed. Throws cuda_error.
    device_memory(std::shared_ptr<const verification_desk> desk, std::size_t bytes,
                  device_block block);
    ~device_memory() override;

    [[nodiscard]] std::byte* data() noexcept override { return block_.at; }
    [[nodiscard]] std::size_t bytes() const noexcept override { return bytes_; }
    [[nodiscard]] bool on_device() const noexcept override { return true; }

    void fill_pattern(const data_pattern& pattern, std::int32_t rank, std::uint64_t first,
                      std::uint64_t offset, std::uint64_t bytes) override;
    void fill_poison(std::uint64_t offset, std::uint64_t bytes) override;
    [[nodiscard]] std::optional<mismatch> verify_pattern(const data_pattern& pattern,
                                                         std::int32_t rank, std::uint64_t first,
                                                         std::uint64_t offset,
                                                         std::uint64_t bytes) override;
    [[nodiscard]] std::optional<mismatch> verify_expected(const data_pattern& pattern,
                                                          std::uint64_t first, std::uint64_t offset,
                                                          std::uint64_t bytes) override;

private:
    void clear() const;

    std::shared_ptr<const verification_desk> desk_;
    device_block block_;
    std::size_t bytes_;
};

}  // namespace railgauge
