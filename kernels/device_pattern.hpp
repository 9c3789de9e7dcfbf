// pattern.hpp on a device: the same elements bit for bit, written and checked at the speed of its
// memory.
//
// All functions queue their work on `stream` of the current device and return at once; none waits
// or allocates, so all can be captured into a graph. They return what the runtime said to that:
// errors of the work itself show when the stream is waited for. Buffers are memory that the device
// can reach, a whole number of elements at an address that is a multiple of the element's size:
// else cudaErrorInvalidValue and cudaErrorMisalignedAddress.
#pragma once

#include <cuda_runtime_api.h>

#include <cstddef>
#include <cstdint>
#include <span>

#include "kernels/device_verdict.hpp"
#include "kernels/pattern.hpp"

namespace railgauge {

/// What `rank` contributes, elements first .. first + n.
[[nodiscard]] cudaError_t launch_fill_pattern(const data_pattern& pattern, std::int32_t rank,
                                              std::uint64_t first, std::span<std::byte> target,
                                              cudaStream_t stream);

/// The combination over all ranks.
[[nodiscard]] cudaError_t launch_fill_expected(const data_pattern& pattern, std::uint64_t first,
                                               std::span<std::byte> target, cudaStream_t stream);

[[nodiscard]] cudaError_t launch_fill_poison(std::span<std::byte> target, cudaStream_t stream);

/// Compares with what `rank` contributes; `verdict` is device memory, see mismatch_of.
[[nodiscard]] cudaError_t launch_verify_pattern(const data_pattern& pattern, std::int32_t rank,
                                                std::uint64_t first,
                                                std::span<const std::byte> actual,
                                                device_verdict* verdict, cudaStream_t stream);

/// Compares with the combination over all ranks, with verify_expected's tolerance for averages.
[[nodiscard]] cudaError_t launch_verify_expected(const data_pattern& pattern, std::uint64_t first,
                                                 std::span<const std::byte> actual,
                                                 device_verdict* verdict, cudaStream_t stream);

}  // namespace railgauge
