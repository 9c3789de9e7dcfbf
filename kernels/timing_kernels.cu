#include "kernels/device_grid.cuh"
#include "kernels/device_timing.hpp"

namespace railgauge {
namespace {

__device__ std::uint64_t global_ns() {
    std::uint64_t ns;
    asm volatile("mov.u64 %0, %%globaltimer;" : "=l"(ns)::"memory");
    return ns;
}

/// The clock, not before `known` is.
__device__ std::uint64_t ticks_after(std::uint64_t known) {
    std::uint64_t ticks;
    asm volatile("{ .reg .u64 unused; mov.u64 unused, %1; mov.u64 %0, %%clock64; }"
                 : "=l"(ticks)
                 : "l"(known)
                 : "memory");
    return ticks;
}

__global__ void chase(std::uint64_t at, std::uint64_t steps, chase_record* record) {
    const std::uint64_t began_ns = global_ns();
    const std::uint64_t began = ticks_after(at);
#pragma unroll 8
    for (std::uint64_t i = 0; i < steps; ++i) {
        asm volatile("ld.cg.u64 %0, [%0];" : "+l"(at)::"memory");
    }
    // Stored before the clock is read: the store has to wait for the last address.
    *reinterpret_cast<volatile std::uint64_t*>(&record->end) = at;
    record->ticks = ticks_after(at) - began;
    record->ns = global_ns() - began_ns;
}

__device__ std::uint32_t seen(const std::uint32_t* flag) {
    std::uint32_t value;
    asm volatile("ld.acquire.sys.u32 %0, [%1];" : "=r"(value) : "l"(flag) : "memory");
    return value;
}

__global__ void nothing() {}

__global__ void spin(const std::uint32_t* flag, std::uint32_t ticket, std::uint64_t limit_ns,
                     spin_record* record) {
    const std::uint64_t began = global_ns();
    std::uint64_t now = began;
    bool released = false;
    do {
        released = static_cast<std::int32_t>(seen(flag) - ticket) >= 0;
        now = global_ns();
    } while (!released && now - began < limit_ns);
    std::uint32_t processor;
    asm volatile("mov.u32 %0, %%smid;" : "=r"(processor));
    *record = {began, now, ticks_after(now), processor, released ? 1u : 0u};
}

__global__ void __launch_bounds__(load_threads)
    burn(std::uint64_t rounds, std::uint64_t limit_ns, float factor, load_record* record) {
    constexpr int chains = 8;  // enough to hide one addition's latency behind the others
    float sums[chains];
    for (int i = 0; i < chains; ++i) sums[i] = static_cast<float>(threadIdx.x + i);
    const std::uint64_t began = global_ns();
    std::uint64_t done = 0;
    // One thread looks at the clock for all, so that they stop together.
    while (!__syncthreads_or(done == rounds ||
                             (threadIdx.x == 0 && global_ns() - began >= limit_ns))) {
#pragma unroll 8
        for (std::uint64_t i = 0; i < load_round_operations / chains; ++i) {
#pragma unroll
            for (float& sum : sums) sum = __fmaf_rn(sum, factor, 1.0F);
        }
        ++done;
    }
    float all = 0;
    for (const float sum : sums) all += sum;
    // Never so, as the factor is below one; but the compiler cannot know.
    if (all < 0) record->rounds = 0;
    if (threadIdx.x != 0) return;
    atomicAdd(&record->rounds, done);
    atomicAdd(&record->busy_ns, global_ns() - began);
}

}  // namespace

cudaError_t launch_chase(std::uint64_t start, std::uint64_t steps, chase_record* record,
                         cudaStream_t stream) {
    return launch(chase, 1, 1, stream, start, steps, record);
}

cudaError_t launch_nothing(cudaStream_t stream) {
    return launch(nothing, 1, 1, stream);
}

cudaError_t launch_spin(const std::uint32_t* flag, std::uint32_t ticket, std::uint64_t limit_ns,
                        spin_record* record, cudaStream_t stream) {
    return launch(spin, 1, 1, stream, flag, ticket, limit_ns, record);
}

cudaError_t launch_load(const compute_load& load, load_record* record, cudaStream_t stream) {
    unsigned blocks = load.processors;
    if (blocks == 0) {
        const cudaError_t status = count_processors(blocks);
        if (status != cudaSuccess) return status;
    }
    const cudaError_t cleared = cudaMemsetAsync(record, 0, sizeof *record, stream);
    if (cleared != cudaSuccess) return cleared;
    return launch(burn, blocks, load_threads, stream, load.rounds, load.limit_ns, 0.5F, record);
}

}  // namespace railgauge
