// What a reduction costs, to be confirmed by measuring: 48 bytes of memory for each 16 of result,
// two loads under way of each of 4 vectors, so 128 KiB in flight on a multiprocessor (see
// copy_kernels.cu). Instructions for each 16 bytes: 4 for float32, about 40 for 16-bit floating
// point, 80 for fp8 and for bytes, whose lanes are taken apart. 90 of these take a warp 23 cycles
// of a multiprocessor for 1.5 KiB of memory traffic, so 132 at 1.75 GHz could do 15 TB/s, three
// times what an H200's memory gives.
#include "kernels/combine_word_device.cuh"
#include "kernels/device_grid.cuh"
#include "kernels/device_reduce.hpp"
#include "kernels/pattern_tile.hpp"

namespace railgauge {
namespace {

constexpr unsigned threads_of_block = 512;
constexpr unsigned blocks_of_processor = 2;
constexpr unsigned steps = 4;
constexpr unsigned block_vectors = threads_of_block * steps;

/// Sums and products wrap, so signed ones are computed unsigned; comparisons keep the sign.
template <dtype Type>
struct kernel_type;
template <class Signed, class Unsigned>
struct integer_type {
    using wrapping = integer_word<Unsigned>;
    using ordered = integer_word<Signed>;
};
template <class Word>
struct floating_type {
    using wrapping = Word;
    using ordered = Word;
};
// clang-format off
template <> struct kernel_type<dtype::int8> : integer_type<std::int8_t, std::uint8_t> {};
template <> struct kernel_type<dtype::uint8> : integer_type<std::uint8_t, std::uint8_t> {};
template <> struct kernel_type<dtype::int16> : integer_type<std::int16_t, std::uint16_t> {};
template <> struct kernel_type<dtype::uint16> : integer_type<std::uint16_t, std::uint16_t> {};
template <> struct kernel_type<dtype::int32> : integer_type<std::int32_t, std::uint32_t> {};
template <> struct kernel_type<dtype::uint32> : integer_type<std::uint32_t, std::uint32_t> {};
template <> struct kernel_type<dtype::fp8_e4m3> : floating_type<fp8_word<3>> {};
template <> struct kernel_type<dtype::fp8_e5m2> : floating_type<fp8_word<2>> {};
template <> struct kernel_type<dtype::float16> : floating_type<float16_word> {};
template <> struct kernel_type<dtype::bfloat16> : floating_type<bfloat16_word> {};
template <> struct kernel_type<dtype::float32> : floating_type<float32_word> {};
// clang-format on

/// The elements of 8 bytes: what their bits are.
template <dtype Type>
using wide_type =
    std::conditional_t<Type == dtype::float64, double,
                       std::conditional_t<Type == dtype::int64, std::int64_t, std::uint64_t>>;

template <class T, class Op>
__device__ std::uint64_t combine_wide(std::uint64_t a, std::uint64_t b, Op op) {
    return std::bit_cast<std::uint64_t>(op(std::bit_cast<T>(a), std::bit_cast<T>(b)));
}

template <dtype Type, bool Ordered, class Op>
__device__ vector16 combine_vectors(const vector16& a, const vector16& b, Op op) {
    vector16 result;
    if constexpr (size_of(Type) == 8) {
        using element =
            std::conditional_t<Ordered || Type == dtype::float64, wide_type<Type>, std::uint64_t>;
#pragma unroll
        for (int i = 0; i < 4; i += 2) {
            const std::uint64_t bits =
                combine_wide<element>(std::uint64_t{a.words[i + 1]} << 32 | a.words[i],
                                      std::uint64_t{b.words[i + 1]} << 32 | b.words[i], op);
            result.words[i] = static_cast<std::uint32_t>(bits);
            result.words[i + 1] = static_cast<std::uint32_t>(bits >> 32);
        }
    } else {
        using word = std::conditional_t<Ordered, typename kernel_type<Type>::ordered,
                                        typename kernel_type<Type>::wrapping>;
#pragma unroll
        for (int i = 0; i < 4; ++i) result.words[i] = word::combine(a.words[i], b.words[i], op);
    }
    return result;
}

/// left[i] = left[i] (op) right[i]; all threads take the same branch.
template <dtype Type, unsigned Count>
__device__ void combine_all(redop op, vector16 (&left)[Count], const vector16 (&right)[Count]) {
    const auto each = [&](auto combine) {
#pragma unroll
        for (unsigned i = 0; i < Count; ++i) left[i] = combine(left[i], right[i]);
    };
    using in = const vector16&;
    switch (op) {
        case redop::prod:
            return each(
                [](in a, in b) { return combine_vectors<Type, false>(a, b, multiplying{}); });
        case redop::min:
            return each(
                [](in a, in b) { return combine_vectors<Type, true>(a, b, choosing_least{}); });
        case redop::max:
            return each(
                [](in a, in b) { return combine_vectors<Type, true>(a, b, choosing_greatest{}); });
        default:
            return each([](in a, in b) { return combine_vectors<Type, false>(a, b, adding{}); });
    }
}

struct reduce_job {
    std::byte* target = nullptr;
    const std::byte* left = nullptr;
    const std::byte* right = nullptr;
    vector_cut cut;
    redop op = redop::sum;
};

/// `count` elements from element `first` on, one by one; the rest of the vector is zeros.
template <std::uint32_t Size>
__device__ vector16 gather(const std::byte* from, std::uint64_t first, std::uint32_t count) {
    vector16 result{};
#pragma unroll
    for (std::uint32_t i = 0; i < vector_size / Size; ++i) {
        if (i >= count) continue;
        const std::uint64_t bits = element_at(from, first + i, Size);
        result.words[i * Size / 4] |= static_cast<std::uint32_t>(bits) << i * Size % 4 * 8;
        if constexpr (Size == 8) {
            result.words[i * 2 + 1] = static_cast<std::uint32_t>(bits >> 32);
        }
    }
    return result;
}

template <std::uint32_t Size>
__device__ void scatter(std::byte* to, std::uint64_t first, std::uint32_t count,
                        const vector16& value) {
#pragma unroll
    for (std::uint32_t i = 0; i < vector_size / Size; ++i) {
        if (i >= count) continue;
        std::uint64_t bits = value.words[i * Size / 4] >> i * Size % 4 * 8;
        if constexpr (Size == 8) bits |= std::uint64_t{value.words[i * 2 + 1]} << 32;
        put_element<Size>(to, first + i, bits);
    }
}

template <dtype Type>
__device__ void reduce_few(const reduce_job& job, std::uint64_t first, std::uint32_t count) {
    constexpr std::uint32_t size = size_of(Type);
    vector16 left[] = {gather<size>(job.left, first, count)};
    const vector16 right[] = {gather<size>(job.right, first, count)};
    combine_all<Type>(job.op, left, right);
    scatter<size>(job.target, first, count, left[0]);
}

template <dtype Type>
__global__ void __launch_bounds__(threads_of_block, blocks_of_processor)
    reduce_tiles(const __grid_constant__ reduce_job job) {
    constexpr std::uint32_t size = size_of(Type);
    const std::uint64_t head = std::uint64_t{job.cut.head} * size;
    for (std::uint64_t tile = blockIdx.x; tile * block_vectors < job.cut.vectors;
         tile += gridDim.x) {
        const std::uint64_t first = tile * block_vectors + threadIdx.x;
        vector16 left[steps];
        vector16 right[steps];
#pragma unroll
        for (unsigned step = 0; step < steps; ++step) {
            const std::uint64_t index = first + step * threads_of_block;
            if (index >= job.cut.vectors) continue;
            left[step] = load16(job.left + head + index * vector_size);
            right[step] = load16(job.right + head + index * vector_size);
        }
        combine_all<Type>(job.op, left, right);
#pragma unroll
        for (unsigned step = 0; step < steps; ++step) {
            const std::uint64_t index = first + step * threads_of_block;
            if (index < job.cut.vectors) {
                store16(job.target + head + index * vector_size, left[step]);
            }
        }
    }
    if (blockIdx.x + 1 != gridDim.x || threadIdx.x >= 2) return;
    const std::uint64_t behind = job.cut.head + job.cut.vectors * (vector_size / size);
    reduce_few<Type>(job, threadIdx.x == 0 ? 0 : behind,
                     threadIdx.x == 0 ? job.cut.head : job.cut.tail);
}

/// For buffers that lie differently to each other.
template <dtype Type>
__global__ void __launch_bounds__(threads_of_block, blocks_of_processor)
    reduce_scattered(const __grid_constant__ reduce_job job, std::uint64_t count) {
    constexpr std::uint32_t elements = vector_size / size_of(Type);
    const std::uint64_t stride = std::uint64_t{gridDim.x} * threads_of_block * elements;
    std::uint64_t first = (std::uint64_t{blockIdx.x} * threads_of_block + threadIdx.x) * elements;
    for (; first < count; first += stride) {
        const std::uint64_t left = count - first;
        reduce_few<Type>(job, first, left < elements ? static_cast<std::uint32_t>(left) : elements);
    }
}

template <dtype Type>
cudaError_t run(reduce_job job, std::uint64_t count, cudaStream_t stream) {
    constexpr std::uint32_t size = size_of(Type);
    const auto place = [](const std::byte* at) { return reinterpret_cast<std::uintptr_t>(at); };
    const std::uintptr_t target = place(job.target);
    const std::uintptr_t apart = (target ^ place(job.left)) | (target ^ place(job.right));
    if ((target % size | apart % size) != 0) return cudaErrorMisalignedAddress;
    unsigned processors = 0;
    const cudaError_t status = count_processors(processors);
    if (status != cudaSuccess) return status;
    const unsigned most = processors * blocks_of_processor;
    if (apart % vector_size != 0) {
        const unsigned blocks = blocks_for(count, threads_of_block * (vector_size / size), most);
        return launch(reduce_scattered<Type>, blocks, threads_of_block, stream, job, count);
    }
    job.cut = cut_into_vectors(target, count * size, size);
    return launch(reduce_tiles<Type>, blocks_for(job.cut.vectors, block_vectors, most),
                  threads_of_block, stream, job);
}

}  // namespace

cudaError_t launch_reduce(dtype type, redop op, std::byte* target, const std::byte* left,
                          const std::byte* right, std::uint64_t count, cudaStream_t stream) {
    if (count == 0) return cudaSuccess;
    const reduce_job job{target, left, right, {}, op};
    switch (type) {
        case dtype::int8: return run<dtype::int8>(job, count, stream);
        case dtype::uint8: return run<dtype::uint8>(job, count, stream);
        case dtype::int16: return run<dtype::int16>(job, count, stream);
        case dtype::uint16: return run<dtype::uint16>(job, count, stream);
        case dtype::int32: return run<dtype::int32>(job, count, stream);
        case dtype::uint32: return run<dtype::uint32>(job, count, stream);
        case dtype::int64: return run<dtype::int64>(job, count, stream);
        case dtype::uint64: return run<dtype::uint64>(job, count, stream);
        case dtype::fp8_e4m3: return run<dtype::fp8_e4m3>(job, count, stream);
        case dtype::fp8_e5m2: return run<dtype::fp8_e5m2>(job, count, stream);
        case dtype::float16: return run<dtype::float16>(job, count, stream);
        case dtype::bfloat16: return run<dtype::bfloat16>(job, count, stream);
        case dtype::float32: return run<dtype::float32>(job, count, stream);
        case dtype::float64: return run<dtype::float64>(job, count, stream);
    }
    return cudaErrorInvalidValue;
}

}  // namespace railgauge
