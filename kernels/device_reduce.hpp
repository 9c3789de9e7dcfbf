// reduce.hpp's reduce_into on a device.
#pragma once

#include <cuda_runtime_api.h>

#include <cstddef>
#include <cstdint>

#include "kernels/types.hpp"

namespace railgauge {

/// Queues target[i] = left[i] (op) right[i] for `count` elements, with the bits of reduce_into (but
/// which NaN a NaN is). `target` may be one of the sources, else buffers are disjoint; all are
/// memory that the current device can reach. Addresses are multiples of the element's size, else
/// cudaErrorMisalignedAddress; full speed takes the same remainder by 16 in all three. Returns what
/// the runtime said to the launch.
[[nodiscard]] cudaError_t launch_reduce(dtype type, redop op, std::byte* target,
                                        const std::byte* left, const std::byte* right,
                                        std::uint64_t count, cudaStream_t stream);

}  // namespace railgauge
