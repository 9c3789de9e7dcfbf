// Measured on a GPU, each figure by events around one launch: copies by multiprocessors and, beside
// them, by the runtime's cudaMemcpyAsync; fill, verification and reduction of verification data;
// and the time of one dependent load. bytes_per_second counts the bytes that memory carries: a copy
// reads and writes (2 for each of data), a reduction 3, fill and verification 1. The limits are the
// memory's bandwidth; the demands on an H200: copy at least 95 % of cudaMemcpyAsync's, verification
// and reduction at least 90 % of the copy's, fill at least 90 % of cudaMemsetAsync's.
#include <benchmark/benchmark.h>

#ifdef RAILGAUGE_HAS_CUDA

#include <cuda_runtime_api.h>

#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

#include "kernels/chase_cycle.hpp"
#include "kernels/device_copy.hpp"
#include "kernels/device_pattern.hpp"
#include "kernels/device_reduce.hpp"
#include "kernels/device_timing.hpp"

namespace {

using namespace railgauge;

void check(cudaError_t status, const char* what) {
    if (status == cudaSuccess) return;
    throw std::runtime_error(std::string(what) + ": " + cudaGetErrorString(status));
}

class device_memory {
public:
    explicit device_memory(std::size_t bytes) : bytes_(bytes) {
        check(cudaMalloc(&data_, bytes), "cudaMalloc");
        check(cudaMemset(data_, 1, bytes), "cudaMemset");
    }
    ~device_memory() { cudaFree(data_); }
    device_memory(const device_memory&) = delete;
    device_memory& operator=(const device_memory&) = delete;
    [[nodiscard]] std::byte* data() const { return static_cast<std::byte*>(data_); }
    [[nodiscard]] std::span<std::byte> span() const { return {data(), bytes_}; }

private:
    void* data_ = nullptr;
    std::size_t bytes_;
};

class stopwatch {
public:
    stopwatch() {
        check(cudaEventCreate(&begin_), "cudaEventCreate");
        check(cudaEventCreate(&end_), "cudaEventCreate");
    }
    ~stopwatch() {
        cudaEventDestroy(begin_);
        cudaEventDestroy(end_);
    }
    stopwatch(const stopwatch&) = delete;
    stopwatch& operator=(const stopwatch&) = delete;

    /// Seconds that `work`, which queues on the default stream, takes on the device.
    double time(const std::function<cudaError_t()>& work) {
        check(cudaEventRecord(begin_), "cudaEventRecord");
        check(work(), "launch");
        check(cudaEventRecord(end_), "cudaEventRecord");
        check(cudaEventSynchronize(end_), "the kernel");
        float ms = 0;
        check(cudaEventElapsedTime(&ms, begin_, end_), "cudaEventElapsedTime");
        return ms * 1e-3;
    }

private:
    cudaEvent_t begin_ = nullptr;
    cudaEvent_t end_ = nullptr;
};

/// `carried`: bytes that memory carries in one run.
void run(benchmark::State& state, std::size_t carried, const std::function<cudaError_t()>& work) {
    stopwatch watch;
    for (int i = 0; i < 3; ++i) watch.time(work);
    for (auto _ : state) state.SetIterationTime(watch.time(work));
    state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(carried));
}

/// Registers a benchmark whose errors, a missing GPU among them, become its result.
void add(const std::string& name, std::function<void(benchmark::State&)> body) {
    benchmark::RegisterBenchmark(name.c_str(),
                                 [body = std::move(body)](benchmark::State& state) {
                                     try {
                                         int devices = 0;
                                         check(cudaGetDeviceCount(&devices), "no GPU");
                                         body(state);
                                     } catch (const std::exception& error) {
                                         state.SkipWithError(error.what());
                                     }
                                 })
        ->UseManualTime()
        ->Unit(benchmark::kMicrosecond);
}

void add_copies(std::size_t bytes, const std::string& size) {
    add("copy/memcpy" + size, [=](benchmark::State& state) {
        const device_memory to(bytes);
        const device_memory from(bytes);
        run(state, 2 * bytes, [&] {
            return cudaMemcpyAsync(to.data(), from.data(), bytes, cudaMemcpyDeviceToDevice);
        });
    });
    for (const std::size_t shift : {0, 1}) {
        add("copy/kernel/shift:" + std::to_string(shift) + size, [=](benchmark::State& state) {
            const device_memory to(bytes);
            const device_memory from(bytes + 16);
            run(state, 2 * bytes,
                [&] { return launch_copy(to.data(), from.data() + shift, bytes, nullptr); });
        });
    }
}

void add_patterns(std::size_t bytes, const std::string& size) {
    add("fill/memset" + size, [=](benchmark::State& state) {
        const device_memory to(bytes);
        run(state, bytes, [&] { return launch_fill_poison(to.span(), nullptr); });
    });
    for (const dtype type : {dtype::int8, dtype::bfloat16, dtype::float32, dtype::float64}) {
        for (const bool reducing : {false, true}) {
            const data_pattern pattern{type, reducing, redop::sum, 8, 1};
            const std::string of =
                std::string(reducing ? "/sum/" : "/any/") + std::string(name_of(type)) + size;
            add("fill" + of, [=](benchmark::State& state) {
                const device_memory to(bytes);
                run(state, bytes,
                    [&] { return launch_fill_pattern(pattern, 3, 0, to.span(), nullptr); });
            });
            add("verify" + of, [=](benchmark::State& state) {
                const device_memory data(bytes);
                const device_memory verdict(sizeof(device_verdict));
                check(launch_fill_pattern(pattern, 3, 0, data.span(), nullptr), "fill");
                auto* const told = reinterpret_cast<device_verdict*>(verdict.data());
                run(state, bytes, [&] {
                    return launch_verify_pattern(pattern, 3, 0, data.span(), told, nullptr);
                });
                device_verdict found;
                check(cudaMemcpy(&found, told, sizeof found, cudaMemcpyDeviceToHost), "copy");
                if (found.wrong != 0) state.SkipWithError("mismatch");
            });
        }
    }
}

void add_reductions(std::size_t bytes, const std::string& size) {
    for (const dtype type : {dtype::int8, dtype::fp8_e4m3, dtype::float16, dtype::bfloat16,
                             dtype::float32, dtype::float64}) {
        add("reduce/sum/" + std::string(name_of(type)) + size, [=](benchmark::State& state) {
            const device_memory to(bytes);
            const device_memory left(bytes);
            const device_memory right(bytes);
            run(state, 3 * bytes, [&] {
                return launch_reduce(type, redop::sum, to.data(), left.data(), right.data(),
                                     bytes / size_of(type), nullptr);
            });
        });
    }
}

/// The time shown is of one load: the chain's divided by its length.
void add_chase(std::size_t bytes) {
    add("chase/" + std::to_string(bytes >> 10) + "KiB", [=](benchmark::State& state) {
        constexpr std::uint64_t stride = 128;
        constexpr std::uint64_t steps = 20000;
        const device_memory memory(bytes);
        const device_memory record(sizeof(chase_record));
        const auto base = reinterpret_cast<std::uintptr_t>(memory.data());
        std::vector<std::byte> chain(bytes);
        write_chase_cycle(chain, stride, base, 1);
        check(cudaMemcpy(memory.data(), chain.data(), bytes, cudaMemcpyHostToDevice), "copy");
        auto* const told = reinterpret_cast<chase_record*>(record.data());
        stopwatch watch;
        const auto once = [&] { return launch_chase(base, steps, told, nullptr); };
        watch.time(once);
        for (auto _ : state) state.SetIterationTime(watch.time(once) / steps);
    });
}

const bool registered = [] {
    for (const std::size_t mib : {1, 64, 1024}) {
        const std::string size = "/" + std::to_string(mib) + "MiB";
        add_copies(mib << 20, size);
        add_patterns(mib << 20, size);
        add_reductions(mib << 20, size);
    }
    for (const std::size_t bytes : {std::size_t{1} << 20, std::size_t{1} << 28}) add_chase(bytes);
    return true;
}();

}  // namespace

#endif
