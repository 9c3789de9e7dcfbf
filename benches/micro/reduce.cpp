// Measured: the reduction that a shared-memory all_reduce of two ranks is made of (two sources, one
// sum, one or two targets), with ordinary and with streaming stores, beside a copy.
// bytes_per_second counts the bytes of one buffer, so a copy moves 2, a sum into one target 3 and
// into two targets 4 times as many.
#include <benchmark/benchmark.h>

#include <cstddef>
#include <memory>
#include <string>

#include "kernels/reduce.hpp"

namespace {

using namespace railgauge;

struct buffers {
    explicit buffers(std::size_t bytes) {
        for (auto& one : data) {
            // Aligned as a page, like shared memory; zeros are valid in every type.
            one.reset(static_cast<std::byte*>(::operator new (bytes, std::align_val_t{4096})));
            std::uninitialized_fill_n(one.get(), bytes, std::byte{});
        }
    }
    struct release {
        void operator()(std::byte* memory) const {
            ::operator delete (memory, std::align_val_t{4096});
        }
    };
    std::unique_ptr<std::byte, release> data[4];
};

void sum(benchmark::State& state, dtype type, std::size_t bytes, std::size_t targets,
         bool streaming) {
    const buffers all(bytes);
    std::byte* const to[] = {all.data[0].get(), all.data[1].get()};
    const std::byte* const from[] = {all.data[2].get(), all.data[3].get()};
    for (auto _ : state) {
        reduce_many(type, redop::sum, std::span(to, targets), from, bytes / size_of(type),
                    streaming);
        benchmark::ClobberMemory();
    }
    state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(bytes));
}

void copy(benchmark::State& state, std::size_t bytes, bool streaming) {
    const buffers all(bytes);
    for (auto _ : state) {
        copy_bytes(all.data[0].get(), all.data[1].get(), bytes, streaming);
        benchmark::ClobberMemory();
    }
    state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(bytes));
}

const bool registered = [] {
    for (const std::size_t bytes : {std::size_t{8}, std::size_t{4} << 10, std::size_t{64} << 10,
                                    std::size_t{1} << 20, std::size_t{16} << 20}) {
        for (const bool streaming : {false, true}) {
            if (streaming && bytes < (64u << 10)) continue;
            const std::string end =
                "/" + std::to_string(bytes) + "B" + (streaming ? "/streaming" : "");
            benchmark::RegisterBenchmark(("copy" + end).c_str(), [=](benchmark::State& state) {
                copy(state, bytes, streaming);
            });
            for (const dtype type : {dtype::int8, dtype::int32, dtype::float16, dtype::bfloat16,
                                     dtype::float32, dtype::float64}) {
                for (const std::size_t targets : {std::size_t{1}, std::size_t{2}}) {
                    const std::string name = "sum/" + std::string(name_of(type)) + "/2to" +
                                             std::to_string(targets) + end;
                    benchmark::RegisterBenchmark(name.c_str(), [=](benchmark::State& state) {
                        sum(state, type, bytes, targets, streaming);
                    });
                }
            }
        }
    }
    return true;
}();

}  // namespace
