// What a copy costs, to be confirmed by measuring: nothing but memory. A thread has 4 loads of 16
// bytes under way, a multiprocessor 1,536 threads (as many as all architectures have), so 96 KiB;
// to keep an H200's memory busy (2.2 TB/s each way, about 1 us from load to data) takes 2.2 MB of
// 132 processors, 17 KiB each. The instructions are about 6 for each 16 bytes. Blocks take tiles of
// 24 KiB in turns, so what is under way at a time lies together in memory.
#include "kernels/copy_cut.hpp"
#include "kernels/device_copy.hpp"
#include "kernels/device_grid.cuh"

namespace railgauge {
namespace {

constexpr unsigned threads_of_block = 384;
constexpr unsigned blocks_of_processor = 4;
constexpr unsigned steps = 4;
constexpr unsigned tile_vectors = threads_of_block * steps;

/// Loads that no cache should keep for their sake.
__device__ vector16 load_once(const std::byte* from) {
    const uint4 loaded = __ldcs(reinterpret_cast<const uint4*>(from));
    return {{loaded.x, loaded.y, loaded.z, loaded.w}};
}

__device__ void store_once(std::byte* to, const vector16& value) {
    __stcs(reinterpret_cast<uint4*>(to),
           make_uint4(value.words[0], value.words[1], value.words[2], value.words[3]));
}

/// `Shifted`: neighbours load the same vectors, so these go through the first-level cache.
template <bool Shifted>
__global__ void __launch_bounds__(threads_of_block, blocks_of_processor)
    copy_tiles(std::byte* target, const std::byte* source, copy_cut cut) {
    const std::byte* const from = source + cut.head - cut.shift;
    std::byte* const to = target + cut.head;
    for (std::uint64_t tile = blockIdx.x; tile * tile_vectors < cut.vectors; tile += gridDim.x) {
        const std::uint64_t first = tile * tile_vectors + threadIdx.x;
        vector16 got[steps];
#pragma unroll
        for (unsigned step = 0; step < steps; ++step) {
            const std::uint64_t index = first + step * threads_of_block;
            if (index >= cut.vectors) continue;
            const std::byte* const at = from + index * vector_size;
            if constexpr (Shifted) {
                got[step] = bytes_between(load16(at), load16(at + vector_size), cut.shift);
            } else {
                got[step] = load_once(at);
            }
        }
#pragma unroll
        for (unsigned step = 0; step < steps; ++step) {
            const std::uint64_t index = first + step * threads_of_block;
            if (index < cut.vectors) store_once(to + index * vector_size, got[step]);
        }
    }
    if (blockIdx.x + 1 != gridDim.x) return;
    if (threadIdx.x < cut.head) target[threadIdx.x] = source[threadIdx.x];
    if (threadIdx.x < cut.tail) {
        const std::uint64_t at = cut.head + cut.vectors * vector_size + threadIdx.x;
        target[at] = source[at];
    }
}
static_assert(most_edge_bytes <= threads_of_block);

}  // namespace

cudaError_t launch_copy(std::byte* target, const std::byte* source, std::uint64_t bytes,
                        cudaStream_t stream, unsigned processors) {
    if (bytes == 0) return cudaSuccess;
    const copy_cut cut = cut_copy(reinterpret_cast<std::uintptr_t>(target),
                                  reinterpret_cast<std::uintptr_t>(source), bytes);
    unsigned all = 0;
    const cudaError_t status = count_processors(all);
    if (status != cudaSuccess) return status;
    const unsigned used = processors == 0 ? all : std::min(processors, all);
    const unsigned blocks = blocks_for(cut.vectors, tile_vectors, used * blocks_of_processor);
    return launch(cut.shift == 0 ? copy_tiles<false> : copy_tiles<true>, blocks, threads_of_block,
                  stream, target, source, cut);
}

}  // namespace railgauge
