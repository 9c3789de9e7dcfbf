#include "kernels/device_grid.cuh"
#include "kernels/device_pattern.hpp"
#include "kernels/pattern_tile.hpp"
#include "kernels/pattern_tolerance.hpp"

namespace railgauge {
namespace {

constexpr unsigned threads_of_block = 384;
constexpr unsigned warps_of_block = threads_of_block / warp_lanes;
constexpr unsigned blocks_of_processor = 2;

struct pattern_job {
    tile_source source;
    std::uint64_t first = 0;  ///< the number of the buffer's first element
    vector_cut cut;
};

__device__ std::uint64_t first_tile() {
    return std::uint64_t{blockIdx.x} * warps_of_block + threadIdx.x / warp_lanes;
}

__device__ std::uint64_t tiles_at_once() {
    return std::uint64_t{gridDim.x} * warps_of_block;
}

/// Each lane computes one chunk's rotation; all take them from there.
template <std::uint32_t Size>
__device__ tile_place place_of(const pattern_job& job, std::uint64_t tile) {
    const std::uint64_t behind = tile * tile_vectors * vector_size;
    std::uint32_t mine = 0;
    return locate_tile<Size>(
        (job.first + job.cut.head) * Size + behind, [&](std::uint64_t chunk, std::uint32_t i) {
            if (i == 0) mine = rotation_of(job.source.deal, chunk + threadIdx.x % 4) * Size;
            return __shfl_sync(~0u, mine, static_cast<int>(i));
        });
}

/// The element beside the vectors that this thread of the last block has to deal with: 15 at most
/// on each side. False if there is none.
template <std::uint32_t Size>
__device__ bool has_edge(const vector_cut& cut, std::uint64_t& index) {
    if (blockIdx.x + 1 != gridDim.x) return false;
    index = threadIdx.x;
    if (threadIdx.x < vector_size) return threadIdx.x < cut.head;
    const unsigned behind = threadIdx.x - vector_size;
    index = cut.head + cut.vectors * (vector_size / Size) + behind;
    return behind < cut.tail;
}

template <std::uint32_t Size>
__device__ std::uint64_t wanted_element(const pattern_job& job, const std::byte* table,
                                        std::uint64_t index) {
    return element_at(table, position_of(job.source.deal, job.first + index), Size);
}

template <std::uint32_t Size>
__global__ void __launch_bounds__(threads_of_block, blocks_of_processor)
    fill_tiles(const __grid_constant__ pattern_job job, std::byte* target) {
    alignas(vector_size) __shared__ std::byte table[table_bytes<Size>];
    make_table<Size>(job.source, threadIdx.x, threads_of_block, table);
    __syncthreads();
    std::byte* const body = target + std::size_t{job.cut.head} * Size;
    for (std::uint64_t tile = first_tile(); tile * tile_vectors < job.cut.vectors;
         tile += tiles_at_once()) {
        const tile_place place = place_of<Size>(job, tile);
#pragma unroll
        for (std::uint32_t step = 0; step < tile_steps; ++step) {
            const std::uint32_t inside = step * warp_lanes + threadIdx.x % warp_lanes;
            const std::uint64_t index = tile * tile_vectors + inside;
            if (index >= job.cut.vectors) continue;
            store16(body + index * vector_size,
                    tile_vector<Size>(table, place, inside * vector_size));
        }
    }
    std::uint64_t edge = 0;
    if (has_edge<Size>(job.cut, edge)) {
        put_element<Size>(target, edge, wanted_element<Size>(job, table, edge));
    }
}

/// What one thread found.
struct tally {
    unsigned long long wrong = 0;
    unsigned long long inverted_first = 0;

    __device__ void add(std::uint64_t element) {
        ++wrong;
        if (~element > inverted_first) inverted_first = ~element;
    }
};

struct verify_job {
    pattern_job data;
    const std::byte* actual = nullptr;
    device_verdict* verdict = nullptr;
};

__device__ bool passes(const pattern_job& job, std::uint64_t index, std::uint64_t got) {
    const pattern_deal& deal = job.source.deal;
    return job.source.combined && is_tolerant(deal) &&
           close_to_average(deal, position_of(deal, job.first + index), got);
}

/// The tiles in which a thread saw vectors that differ lie between these.
struct suspects {
    std::uint64_t first = ~std::uint64_t{0};
    std::uint64_t last = 0;
};

/// Looks at each element of this thread's vectors in the suspected tiles, from memory again. Done
/// when all tiles have been seen: what is needed here takes no registers from the loads under way.
template <std::uint32_t Size>
__device__ __noinline__ tally look_closer(const verify_job& job, const std::byte* table,
                                          const suspects& where) {
    constexpr std::uint32_t elements = vector_size / Size;
    tally found;
    for (std::uint64_t tile = where.first; tile <= where.last; tile += tiles_at_once()) {
#pragma unroll 1
        for (std::uint32_t i = 0; i < tile_steps * elements; ++i) {
            const std::uint64_t vector =
                tile * tile_vectors + i / elements * warp_lanes + threadIdx.x % warp_lanes;
            if (vector >= job.data.cut.vectors) break;
            const std::uint64_t index = job.data.cut.head + vector * elements + i % elements;
            const std::uint64_t has = element_at(job.actual, index, Size);
            const std::uint64_t wants = wanted_element<Size>(job.data, table, index);
            if (has != wants && !passes(job.data, index, has)) found.add(index);
        }
    }
    return found;
}

/// Adds up what all threads found, which is nothing as a rule. The block that comes last reads what
/// the first wrong element holds.
template <std::uint32_t Size>
__device__ void report(const verify_job& job, const tally& found) {
    if (found.wrong != 0) {
        atomicAdd(&job.verdict->wrong, found.wrong);
        atomicMax(&job.verdict->inverted_first, found.inverted_first);
    }
    __syncthreads();
    if (threadIdx.x != 0) return;
    __threadfence();
    if (atomicAdd(&job.verdict->blocks_done, 1u) + 1 != gridDim.x) return;
    __threadfence();
    const unsigned long long inverted = atomicMax(&job.verdict->inverted_first, 0ull);
    if (inverted != 0) job.verdict->got = element_at(job.actual, ~inverted, Size);
}

__device__ bool differs(const vector16& a, const vector16& b) {
    return ((a.words[0] ^ b.words[0]) | (a.words[1] ^ b.words[1]) | (a.words[2] ^ b.words[2]) |
            (a.words[3] ^ b.words[3])) != 0;
}

template <std::uint32_t Size>
__global__ void __launch_bounds__(threads_of_block, blocks_of_processor)
    verify_tiles(const __grid_constant__ verify_job job) {
    alignas(vector_size) __shared__ std::byte table[table_bytes<Size>];
    const vector_cut& cut = job.data.cut;
    make_table<Size>(job.data.source, threadIdx.x, threads_of_block, table);
    __syncthreads();
    const std::byte* const body = job.actual + std::size_t{cut.head} * Size;
    suspects where;
    for (std::uint64_t tile = first_tile(); tile * tile_vectors < cut.vectors;
         tile += tiles_at_once()) {
        const std::uint64_t mine = tile * tile_vectors + threadIdx.x % warp_lanes;
        vector16 got[tile_steps];
#pragma unroll
        for (std::uint32_t step = 0; step < tile_steps; ++step) {
            const std::uint64_t index = mine + step * warp_lanes;
            if (index < cut.vectors) got[step] = load16(body + index * vector_size);
        }
        const tile_place place = place_of<Size>(job.data, tile);
        bool differ = false;
#pragma unroll
        for (std::uint32_t step = 0; step < tile_steps; ++step) {
            const std::uint32_t inside = step * warp_lanes + threadIdx.x % warp_lanes;
            const vector16 wanted = tile_vector<Size>(table, place, inside * vector_size);
            const bool exists = mine + step * warp_lanes < cut.vectors;
            differ |= exists && differs(got[step], wanted);
        }
        if (!differ) continue;
        where.first = min(where.first, tile);
        where.last = tile;
    }
    tally found;
    if (where.first <= where.last) found = look_closer<Size>(job, table, where);
    std::uint64_t edge = 0;
    if (has_edge<Size>(cut, edge)) {
        const std::uint64_t has = element_at(job.actual, edge, Size);
        if (has != wanted_element<Size>(job.data, table, edge) && !passes(job.data, edge, has)) {
            found.add(edge);
        }
    }
    report<Size>(job, found);
}

struct prepared {
    cudaError_t status = cudaSuccess;
    pattern_job job;
    unsigned blocks = 1;
};

prepared prepare(const data_pattern& pattern, std::int32_t rank, bool combined, std::uint64_t first,
                 std::span<const std::byte> buffer) {
    prepared result;
    result.job.source = {make_deal(pattern), static_cast<std::uint32_t>(rank), combined};
    result.job.first = first;
    const std::uint32_t size = result.job.source.deal.size;
    const auto address = reinterpret_cast<std::uintptr_t>(buffer.data());
    if (buffer.size() % size != 0) result.status = cudaErrorInvalidValue;
    if (address % size != 0) result.status = cudaErrorMisalignedAddress;
    if (result.status != cudaSuccess) return result;
    result.job.cut = cut_into_vectors(address, buffer.size(), size);
    unsigned processors = 0;
    result.status = count_processors(processors);
    result.blocks = blocks_for(result.job.cut.vectors, tile_vectors * warps_of_block,
                               processors * blocks_of_processor);
    return result;
}

template <template <std::uint32_t> class Kernel>
auto of_size(std::uint32_t size) {
    switch (size) {
        case 1: return Kernel<1>::function;
        case 2: return Kernel<2>::function;
        case 4: return Kernel<4>::function;
        default: return Kernel<8>::function;
    }
}

template <std::uint32_t Size>
struct filling {
    static constexpr auto function = fill_tiles<Size>;
};

template <std::uint32_t Size>
struct verifying {
    static constexpr auto function = verify_tiles<Size>;
};

cudaError_t fill(const data_pattern& pattern, std::int32_t rank, bool combined, std::uint64_t first,
                 std::span<std::byte> target, cudaStream_t stream) {
    const prepared ready = prepare(pattern, rank, combined, first, target);
    if (ready.status != cudaSuccess || target.empty()) return ready.status;
    return launch(of_size<filling>(ready.job.source.deal.size), ready.blocks, threads_of_block,
                  stream, ready.job, target.data());
}

cudaError_t verify(const data_pattern& pattern, std::int32_t rank, bool combined,
                   std::uint64_t first, std::span<const std::byte> actual, device_verdict* verdict,
                   cudaStream_t stream) {
    const prepared ready = prepare(pattern, rank, combined, first, actual);
    if (ready.status != cudaSuccess) return ready.status;
    const cudaError_t cleared = cudaMemsetAsync(verdict, 0, sizeof *verdict, stream);
    if (cleared != cudaSuccess || actual.empty()) return cleared;
    return launch(of_size<verifying>(ready.job.source.deal.size), ready.blocks, threads_of_block,
                  stream, verify_job{ready.job, actual.data(), verdict});
}

}  // namespace

cudaError_t launch_fill_pattern(const data_pattern& pattern, std::int32_t rank, std::uint64_t first,
                                std::span<std::byte> target, cudaStream_t stream) {
    return fill(pattern, rank, false, first, target, stream);
}

cudaError_t launch_fill_expected(const data_pattern& pattern, std::uint64_t first,
                                 std::span<std::byte> target, cudaStream_t stream) {
    return fill(pattern, 0, true, first, target, stream);
}

cudaError_t launch_fill_poison(std::span<std::byte> target, cudaStream_t stream) {
    if (target.empty()) return cudaSuccess;
    return cudaMemsetAsync(target.data(), poison_byte, target.size(), stream);
}

cudaError_t launch_verify_pattern(const data_pattern& pattern, std::int32_t rank,
                                  std::uint64_t first, std::span<const std::byte> actual,
                                  device_verdict* verdict, cudaStream_t stream) {
    return verify(pattern, rank, false, first, actual, verdict, stream);
}

cudaError_t launch_verify_expected(const data_pattern& pattern, std::uint64_t first,
                                   std::span<const std::byte> actual, device_verdict* verdict,
                                   cudaStream_t stream) {
    return verify(pattern, 0, true, first, actual, verdict, stream);
}

}  // namespace railgauge
