// Buffers in the memory that a communicator likes best: shared, registered, or a device's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "kernels/pattern.hpp"

namespace railgauge {

/// One buffer. Offsets and sizes are bytes; what lies beyond `bytes()` must not be touched.
///
/// What verification does with a buffer is done where it lies: these functions do it on the host,
/// and a device's memory does the same with kernels.
class memory {
public:
    virtual ~memory() = default;
    memory() = default;
    memory(const memory&) = delete;
    memory& operator=(const memory&) = delete;

    /// First byte, aligned to at least 64; valid until the object dies. An address of a device's
    /// where `on_device()`, which the host must not use.
    [[nodiscard]] virtual std::byte* data() noexcept = 0;
    [[nodiscard]] virtual std::size_t bytes() const noexcept = 0;
    [[nodiscard]] virtual bool on_device() const noexcept { return false; }

    /// Where a process drives several GPUs (device_manner::gpus_per_rank), the buffer has a part on
    /// each of them, which has an address of its own; what else is said here is of the first one.
    [[nodiscard]] virtual memory& part(int gpu) {
        static_cast<void>(gpu);
        return *this;
    }

    /// As the functions of kernels/pattern.hpp, on [offset, offset + bytes).
    virtual void fill_pattern(const data_pattern& pattern, std::int32_t rank, std::uint64_t first,
                              std::uint64_t offset, std::uint64_t bytes);
    virtual void fill_poison(std::uint64_t offset, std::uint64_t bytes);
    [[nodiscard]] virtual std::optional<mismatch> verify_pattern(const data_pattern& pattern,
                                                                 std::int32_t rank,
                                                                 std::uint64_t first,
                                                                 std::uint64_t offset,
                                                                 std::uint64_t bytes);
    [[nodiscard]] virtual std::optional<mismatch> verify_expected(const data_pattern& pattern,
                                                                  std::uint64_t first,
                                                                  std::uint64_t offset,
                                                                  std::uint64_t bytes);
};

}  // namespace railgauge
