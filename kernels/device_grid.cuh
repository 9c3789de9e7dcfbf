// How many blocks a launch takes, and the launch.
#pragma once

#include <cuda_runtime.h>

#include <algorithm>
#include <cstdint>
#include <type_traits>

namespace railgauge {

/// The number of multiprocessors of the current device, into `processors`.
inline cudaError_t count_processors(unsigned& processors) noexcept {
    int device = 0;
    int count = 0;
    cudaError_t status = cudaGetDevice(&device);
    if (status == cudaSuccess) {
        status = cudaDeviceGetAttribute(&count, cudaDevAttrMultiProcessorCount, device);
    }
    processors = static_cast<unsigned>(std::max(count, 1));
    return status;
}

/// Enough blocks for the work, at most `most`, at least one.
inline unsigned blocks_for(std::uint64_t items, std::uint64_t items_of_block,
                           unsigned most) noexcept {
    const std::uint64_t wanted = (items + items_of_block - 1) / items_of_block;
    return static_cast<unsigned>(std::clamp<std::uint64_t>(wanted, 1, most));
}

/// Unlike <<<...>>>, says itself what became of this launch, whatever failed before.
template <class... Parameters>
cudaError_t launch(void (*kernel)(Parameters...), unsigned blocks, unsigned threads,
                   cudaStream_t stream, const std::type_identity_t<Parameters>&... arguments) {
    cudaLaunchConfig_t shape{};
    shape.gridDim = dim3(blocks);
    shape.blockDim = dim3(threads);
    shape.stream = stream;
    return cudaLaunchKernelEx(&shape, kernel, Parameters(arguments)...);
}

}  // namespace railgauge
